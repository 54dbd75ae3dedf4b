namespace DriverSdk.Contract.Registers;

/// <summary>The four 32-bit registers of one event interrupt, in bytes from its control register. Source: facts/vtd.md 1.</summary>
internal static class EventRegisters
{
    /// <summary>FECTL or IECTL: <see cref="EventControl"/>.</summary>
    public const ulong Control = 0x0;

    /// <summary>FEDATA or IEDATA: the message's data.</summary>
    public const ulong Data = 0x4;

    /// <summary>FEADDR or IEADDR: bits 31:2 of the message's address.</summary>
    public const ulong Address = 0x8;

    /// <summary>FEUADDR or IEUADDR: bits 63:32 of the message's address.</summary>
    public const ulong UpperAddress = 0xc;

    /// <summary>Bytes the four registers take.</summary>
    public const ulong SizeBytes = 0x10;
}
