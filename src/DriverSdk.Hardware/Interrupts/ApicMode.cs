namespace DriverSdk.Hardware.Interrupts;

/// <summary>How wide a destination is and how its sets are read.</summary>
internal enum ApicMode
{
    /// <summary>8 bits; a set is eight CPUs, bit n for CPU n; 0xff is everybody.</summary>
    XApic,

    /// <summary>32 bits; a set is a cluster in 31:16 and its sixteen CPUs in 15:0; all ones is everybody.</summary>
    X2Apic,
}
