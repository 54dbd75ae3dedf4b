namespace DriverSdk.Hardware.Interrupts;

/// <summary>What becomes of a message at a remapping unit.</summary>
internal enum InterruptVerdict
{
    /// <summary>It goes on as the requester wrote it.</summary>
    Passed,

    /// <summary>It stands for another interrupt, which goes out in its place.</summary>
    Remapped,

    /// <summary>It goes nowhere; the unit has recorded why.</summary>
    Refused,
}
