using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Hardware.Interrupts;

/// <summary>An interrupt on its last step: who gets which vector. What a message in compatibility format says, or an entry of the remapping table.</summary>
/// <remarks>The default value is vector 0 for CPU 0, which no CPU takes.</remarks>
internal readonly record struct CpuInterrupt
{
    /// <summary>APIC id, or a set of CPUs.</summary>
    public uint Destination { get; init; }

    /// <summary>How <see cref="Destination"/> is read.</summary>
    public ApicMode Mode { get; init; }

    /// <summary>What <see cref="Destination"/> names.</summary>
    public InterruptDestinationMode DestinationMode { get; init; }

    /// <summary>Whether one CPU of a logical set is enough.</summary>
    public bool RedirectionHint { get; init; }

    /// <summary>The vector.</summary>
    public byte Vector { get; init; }

    /// <summary>How the CPU takes it.</summary>
    public InterruptDeliveryMode DeliveryMode { get; init; }

    /// <summary>What a message in compatibility format asks for.</summary>
    public static CpuInterrupt Of(InterruptMessage message) => new()
    {
        Destination = message.Destination,
        DestinationMode = message.DestinationMode,
        RedirectionHint = message.RedirectionHint,
        Vector = message.Vector,
        DeliveryMode = message.DeliveryMode,
    };
}
