using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Interrupts;

/// <summary>What the I/O APIC does with one pin.</summary>
/// <remarks>The default value is unmasked with vector 0; hardware starts with <see cref="AfterReset"/>. Source: Linux <c>struct IO_APIC_route_entry</c>.</remarks>
/// <param name="Value">Message address bits 19:4 in bits 63:48 (destination in 63:56, or handle in 63:49 with format 1 in 48 and its bit 15 in 11), mask 16, trigger 15, remote-IRR 14, polarity 13, delivery status 12, destination mode 11, delivery mode 10:8, vector 7:0.</param>
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
    public const ulong Writable = 0xffff_0000_0001_afffUL;

    private const int DestinationShift = 56;
    private const int AddressShift = 48;
    private const int AddressBits = 16;
    private const int AddressShiftInMessage = 4;
    private const int DestinationModeShift = 11;
    private const int DestinationModeShiftInMessage = 2;
    private const uint DataMask = 0x87ff;
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

    /// <summary>The message that the pin sends: bits of the entry go to their places in it whatever its format is, so a remapping unit sees the handle.</summary>
    public InterruptMessage Message => new(
        new PhysAddr(InterruptMessage.WindowStart
            | (((Value >> AddressShift) & ((1UL << AddressBits) - 1)) << AddressShiftInMessage)
            | (((Value >> DestinationModeShift) & 1) << DestinationModeShiftInMessage)),
        (uint)Value & DataMask);

    /// <summary>An unmasked entry that sends <paramref name="vector"/> to the CPU with <paramref name="apicId"/>: fixed, physical.</summary>
    public static RedirectionEntry To(byte apicId, byte vector, InterruptTrigger trigger) =>
        new(((ulong)apicId << DestinationShift) | ((ulong)trigger << TriggerShift) | vector);

    /// <summary>An unmasked entry in the remappable format: the interrupt entry at the handle says who gets what.</summary>
    /// <param name="handle">Index of the interrupt entry.</param>
    /// <param name="vector">Names the pin at the end of interrupt, no more.</param>
    /// <param name="trigger">Event or condition.</param>
    internal static RedirectionEntry OfHandle(ushort handle, byte vector, InterruptTrigger trigger)
    {
        var address = RemappableMessage.Of(handle).Address.Value;
        var upper = (address >> AddressShiftInMessage) & ((1UL << AddressBits) - 1);
        var highHandleBit = (address >> DestinationModeShiftInMessage) & 1;
        return new RedirectionEntry((upper << AddressShift) | (highHandleBit << DestinationModeShift) | ((ulong)trigger << TriggerShift) | vector);
    }
}
