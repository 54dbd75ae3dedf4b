namespace DriverSdk.Qtest;

/// <summary>The machine's byte order, as the command <c>endianness</c> answers.</summary>
public enum ByteOrder
{
    /// <summary>The lowest byte comes first; every x86 machine.</summary>
    Little = 0,

    /// <summary>The highest byte comes first.</summary>
    Big = 1,
}
