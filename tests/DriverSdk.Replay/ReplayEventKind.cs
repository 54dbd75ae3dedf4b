namespace DriverSdk.Replay;

/// <summary>What happened at one step of a recorded run.</summary>
internal enum ReplayEventKind : byte
{
    /// <summary>The kernel stored bytes in RAM.</summary>
    RamWrite,

    /// <summary>The kernel read a memory-mapped register; the value is what it got.</summary>
    MmioRead,

    /// <summary>The kernel wrote a memory-mapped register.</summary>
    MmioWrite,

    /// <summary>The kernel read a port; the value is what it got.</summary>
    PortRead,

    /// <summary>The kernel wrote a port.</summary>
    PortWrite,

    /// <summary>The probe read memory; the bytes are what it got, the value how it ended.</summary>
    ProbeRead,

    /// <summary>The probe wrote the bytes; the value is how it ended.</summary>
    ProbeWrite,

    /// <summary>The hardware raised an interrupt: APIC id in the address, vector in the value.</summary>
    Interrupt,
}
