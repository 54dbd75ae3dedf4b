using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Interrupts;

/// <summary>A message interrupt in compatibility format: a 32-bit write to the interrupt range.</summary>
/// <remarks>
/// The default value is a write to address zero, which is no message. Source: Linux <c>arch/x86/include/asm/msi.h</c>
/// (<c>x86_msi_addr_lo</c>, <c>x86_msi_data</c>); the range is in facts/vtd.md 3.
/// </remarks>
/// <param name="Address">Destination id in bits 19:12, remappable in 4, redirection hint in 3, destination mode in 2.</param>
/// <param name="Data">Vector in bits 7:0, delivery mode in 10:8, trigger in 15.</param>
public readonly record struct InterruptMessage(PhysAddr Address, uint Data)
{
    /// <summary>The lowest vector a message may carry.</summary>
    public const byte FirstVector = 16;

    /// <summary>The physical destination that means every CPU.</summary>
    public const byte Broadcast = 0xff;

    /// <summary>First byte of <see cref="Window"/>, as a constant for hot paths.</summary>
    internal const ulong WindowStart = 0xfee0_0000;
    /// <summary>Length of <see cref="Window"/>, in bytes.</summary>
    internal const ulong WindowBytes = 1UL << 20;
    private const int DestinationShift = 12;
    private const int RemappableShift = 4;
    private const int HintShift = 3;
    private const int DestinationModeShift = 2;
    private const int DeliveryShift = 8;
    private const int TriggerShift = 15;

    /// <summary>The addresses whose writes are messages: 0xFEE00000 to 0xFEEFFFFF.</summary>
    public static AddressRange<PhysAddr> Window => new(new PhysAddr(WindowStart), WindowBytes);

    /// <summary>APIC id of the CPU, or the set of CPUs.</summary>
    public byte Destination => (byte)(Address.Value >> DestinationShift);

    /// <summary>What <see cref="Destination"/> names.</summary>
    public InterruptDestinationMode DestinationMode => (InterruptDestinationMode)((Address.Value >> DestinationModeShift) & 1);

    /// <summary>Whether one CPU of a logical set is enough.</summary>
    public bool RedirectionHint => ((Address.Value >> HintShift) & 1) != 0;

    /// <summary>Whether the address is a handle into an interrupt remapping table instead of a destination.</summary>
    public bool IsRemappable => ((Address.Value >> RemappableShift) & 1) != 0;

    /// <summary>The vector.</summary>
    public byte Vector => (byte)Data;

    /// <summary>How the CPU takes it.</summary>
    public InterruptDeliveryMode DeliveryMode => (InterruptDeliveryMode)((Data >> DeliveryShift) & 7);

    /// <summary>Whether it stands for an event or a condition.</summary>
    public InterruptTrigger Trigger => (InterruptTrigger)((Data >> TriggerShift) & 1);

    /// <summary>The message that raises <paramref name="vector"/> on the CPU with <paramref name="apicId"/>: fixed, physical, edge.</summary>
    public static InterruptMessage To(byte apicId, byte vector) =>
        Compose(apicId, InterruptDestinationMode.Physical, vector, InterruptDeliveryMode.Fixed, InterruptTrigger.Edge);

    /// <summary>The message with all of its parts given.</summary>
    /// <param name="destination">APIC id, or the set of CPUs.</param>
    /// <param name="destinationMode">What the destination names.</param>
    /// <param name="vector">16 to 255.</param>
    /// <param name="deliveryMode">How the CPU takes it.</param>
    /// <param name="trigger">Event or condition.</param>
    public static InterruptMessage Compose(
        byte destination, InterruptDestinationMode destinationMode, byte vector, InterruptDeliveryMode deliveryMode, InterruptTrigger trigger) =>
        new(new PhysAddr(WindowStart | ((ulong)destination << DestinationShift) | ((ulong)destinationMode << DestinationModeShift)),
            vector | ((uint)deliveryMode << DeliveryShift) | ((uint)trigger << TriggerShift));
}
