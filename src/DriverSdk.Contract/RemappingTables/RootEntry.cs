using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.RemappingTables;

/// <summary>A legacy root entry: one per bus, it points to that bus's context table. Source: facts/vtd.md 2.</summary>
/// <param name="Low">First quad word: P 0, CTP 63:12.</param>
/// <param name="High">Second quad word, reserved.</param>
internal readonly record struct RootEntry(ulong Low, ulong High)
{
    /// <summary>Bytes an entry takes in the table of 256.</summary>
    public const int SizeBytes = 16;

    /// <summary>The bus has a context table (P).</summary>
    public bool IsPresent { get => Bits.Has(Low, 0); init => Low = value ? Bits.Set(Low, 0) : Bits.Clear(Low, 0); }

    /// <summary>The context table, 4 KiB aligned (CTP).</summary>
    public PhysAddr ContextTable { get => new(Bits.Get(Low, 12, 52) << 12); init => Low = Bits.With(Low, 12, 52, value.Value >> 12); }

    /// <summary>Where the entry of a requester's bus lies.</summary>
    public static PhysAddr AddressIn(PhysAddr rootTable, Bdf source) => rootTable + ((ulong)source.Bus * SizeBytes);

    /// <summary>Whether a reserved bit is set on a unit with this physical address width (the width's part: unverified against the specification).</summary>
    public bool HasReservedBits(int hostAddressWidth) =>
        (Low & (Bits.Mask(1, 11) | Bits.Mask(hostAddressWidth, 64 - hostAddressWidth))) != 0 || High != 0;
}
