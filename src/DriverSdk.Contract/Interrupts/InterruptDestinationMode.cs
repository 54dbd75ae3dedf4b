namespace DriverSdk.Contract.Interrupts;

/// <summary>What the destination field of a message names.</summary>
public enum InterruptDestinationMode
{
    /// <summary>One local APIC by its id; 0xff means all.</summary>
    Physical = 0,

    /// <summary>A set of CPUs; in the flat model, bit n is CPU n.</summary>
    Logical = 1,
}
