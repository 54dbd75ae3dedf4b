namespace DriverSdk.Contract.Interrupts;

/// <summary>How the local APIC takes a message: bits 10:8 of its data, and of a redirection entry (Linux <c>enum apic_delivery_modes</c>).</summary>
public enum InterruptDeliveryMode
{
    /// <summary>The vector, at every named CPU.</summary>
    Fixed = 0,

    /// <summary>The vector, at one of the named CPUs.</summary>
    LowestPriority = 1,

    /// <summary>System management interrupt.</summary>
    Smi = 2,

    /// <summary>Non-maskable interrupt.</summary>
    Nmi = 4,

    /// <summary>Processor reset.</summary>
    Init = 5,

    /// <summary>Vector from an 8259 controller.</summary>
    External = 7,
}
