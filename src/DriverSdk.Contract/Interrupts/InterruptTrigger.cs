namespace DriverSdk.Contract.Interrupts;

/// <summary>Whether an interrupt is an event or a condition.</summary>
public enum InterruptTrigger
{
    /// <summary>One interrupt for each rise of the line or each message.</summary>
    Edge = 0,

    /// <summary>Interrupts go on, one after each end of interrupt, for as long as the line is asserted.</summary>
    Level = 1,
}
