namespace DriverSdk.Contract.Ports;

/// <summary>Width of a register access; the value is its size in bytes.</summary>
public enum AccessWidth
{
    /// <summary>8 bits.</summary>
    Byte = 1,

    /// <summary>16 bits.</summary>
    Word = 2,

    /// <summary>32 bits.</summary>
    DoubleWord = 4,

    /// <summary>64 bits.</summary>
    QuadWord = 8,
}
