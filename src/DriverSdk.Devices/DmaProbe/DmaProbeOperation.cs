namespace DriverSdk.Devices.DmaProbe;

/// <summary>What the probe does when it is told to go; the values are those of the REQUEST register.</summary>
public enum DmaProbeOperation
{
    /// <summary>Reads LENGTH bytes of memory into the buffer.</summary>
    Read = 0,

    /// <summary>Writes LENGTH bytes of the buffer to memory.</summary>
    Write = 1,

    /// <summary>Reads no byte at all, to be judged as a read.</summary>
    ZeroLengthRead = 2,

    /// <summary>Asks for a translation to read through (ATS, no write).</summary>
    TranslateForRead = 3,

    /// <summary>Asks for a translation to read and write through (ATS).</summary>
    TranslateForWrite = 4,
}
