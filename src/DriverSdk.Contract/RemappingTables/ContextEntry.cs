using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.RemappingTables;

/// <summary>A legacy context entry: one per function, it names the function's domain and second-stage table. Source: facts/vtd.md 2.</summary>
/// <param name="Low">First quad word: P 0, FPD 1, TT 3:2, SSPTPTR 63:12.</param>
/// <param name="High">Second quad word: AW 2:0, bits 6:3 ignored, DID 23:8.</param>
internal readonly record struct ContextEntry(ulong Low, ulong High)
{
    /// <summary>Bytes an entry takes in the table of 256.</summary>
    public const int SizeBytes = 16;

    /// <summary>The function has a translation (P).</summary>
    public bool IsPresent { get => Bits.Has(Low, 0); init => Low = value ? Bits.Set(Low, 0) : Bits.Clear(Low, 0); }

    /// <summary>Qualified faults of this function are not recorded (FPD); counts even while the entry is not present.</summary>
    public bool DisablesFaultRecording { get => Bits.Has(Low, 1); init => Low = value ? Bits.Set(Low, 1) : Bits.Clear(Low, 1); }

    /// <summary>How its requests are translated (TT).</summary>
    public TranslationType Type { get => (TranslationType)Bits.Get(Low, 2, 2); init => Low = Bits.With(Low, 2, 2, (ulong)value); }

    /// <summary>The top second-stage table, 4 KiB aligned (SSPTPTR).</summary>
    public PhysAddr SecondStageTable { get => new(Bits.Get(Low, 12, 52) << 12); init => Low = Bits.With(Low, 12, 52, value.Value >> 12); }

    /// <summary>The table's levels, 2 to 9 as encoded; only those that CAP.SAGAW offers are valid (AW + 2).</summary>
    public int Levels { get => (int)Bits.Get(High, 0, 3) + 2; init => High = Bits.With(High, 0, 3, (ulong)value - 2); }

    /// <summary>The domain whose tag cached translations bear (DID).</summary>
    public DomainId Domain { get => new((ushort)Bits.Get(High, 8, 16)); init => High = Bits.With(High, 8, 16, value.Value); }

    /// <summary>Where a requester's entry lies.</summary>
    public static PhysAddr AddressIn(PhysAddr contextTable, Bdf source) => contextTable + ((ulong)source.DevFn * SizeBytes);

    /// <summary>Whether a reserved bit is set on a unit with this physical address width (the width's part: unverified against the specification).</summary>
    public bool HasReservedBits(int hostAddressWidth) =>
        (Low & (Bits.Mask(4, 8) | Bits.Mask(hostAddressWidth, 64 - hostAddressWidth))) != 0
        || (High & (Bits.Mask(7, 1) | Bits.Mask(24, 40))) != 0;
}
