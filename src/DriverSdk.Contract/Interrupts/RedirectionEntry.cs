namespace DriverSdk.Contract.Interrupts;

/// <summary>What the I/O APIC does with one pin.</summary>
/// <remarks>The default value is unmasked with vector 0; hardware starts with <see cref="AfterReset"/>. Source: Linux <c>struct IO_APIC_route_entry</c>.</remarks>
/// <param name="Value">Destination in bits 63:56, mask 16, trigger 15, remote-IRR 14, polarity 13, delivery status 12, destination mode 11, delivery mode 10:8, vector 7:0.</param>
public readonly record struct RedirectionEntry(ulong Value)
{
    /// <summary>The pin is masked.</summary>
    public const ulong Masked = 1UL << 16;

    /// <summary>The pin is level-triggered.</summary>
    public const ulong LevelTriggered = 1UL << 15;

    /// <summary>A level-triggered interrupt was delivered and has not ended; read-only.</summary>
    public const ulong RemoteIrr = 1UL << 14;

    /// <summary>The line is active low.</summary>
    public const ulong ActiveLow = 1UL << 13;

    /// <summary>A delivery waits; read-only, always zero here because delivery is immediate.</summary>
    public const ulong DeliveryStatus = 1UL << 12;

    /// <summary>The bits software may write.</summary>
    public const ulong Writable = 0xff00_0000_0001_afffUL;

    private const int DestinationShift = 56;
    private const int DestinationModeShift = 11;
    private const int DeliveryShift = 8;
    private const int TriggerShift = 15;

    /// <summary>The entry after reset: masked.</summary>
    public static RedirectionEntry AfterReset => new(Masked);

    /// <summary>Whether the pin is masked.</summary>
    public bool IsMasked => (Value & Masked) != 0;

    /// <summary>Whether an interrupt of a level-triggered pin has not ended.</summary>
    public bool IsRemoteIrrSet => (Value & RemoteIrr) != 0;

    /// <summary>The vector.</summary>
    public byte Vector => (byte)Value;

    /// <summary>Event or condition.</summary>
    public InterruptTrigger Trigger => (InterruptTrigger)((Value >> TriggerShift) & 1);

    /// <summary>The message that the pin sends.</summary>
    public InterruptMessage Message => InterruptMessage.Compose(
        (byte)(Value >> DestinationShift),
        (InterruptDestinationMode)((Value >> DestinationModeShift) & 1),
        Vector,
        (InterruptDeliveryMode)((Value >> DeliveryShift) & 7),
        Trigger);

    /// <summary>An unmasked entry that sends <paramref name="vector"/> to the CPU with <paramref name="apicId"/>: fixed, physical.</summary>
    public static RedirectionEntry To(byte apicId, byte vector, InterruptTrigger trigger) =>
        new(((ulong)apicId << DestinationShift) | ((ulong)trigger << TriggerShift) | vector);
}
