using DriverSdk.Contract.Formats;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Contract.Registers;

/// <summary>CAP: what the unit can do, as far as legacy mode uses it. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct Capability(ulong Value)
{
    /// <summary>Number of domain ids: 16, 64, 256, ... 65536 (ND).</summary>
    public int DomainCount
    {
        get => 16 << (2 * (int)Bits.Get(Value, 0, 3));
        init => Value = Bits.With(Value, 0, 3, (ulong)((int.Log2(value) - 4) / 2));
    }

    /// <summary>Software must flush the write buffer before it relies on a changed table (RWBF).</summary>
    public bool RequiresWriteBufferFlush { get => Bits.Has(Value, 4); init => Value = value ? Bits.Set(Value, 4) : Bits.Clear(Value, 4); }

    /// <summary>A protected region below 4 GiB exists (PLMR).</summary>
    public bool ProtectedLowRegion { get => Bits.Has(Value, 5); init => Value = value ? Bits.Set(Value, 5) : Bits.Clear(Value, 5); }

    /// <summary>A protected region anywhere exists (PHMR).</summary>
    public bool ProtectedHighRegion { get => Bits.Has(Value, 6); init => Value = value ? Bits.Set(Value, 6) : Bits.Clear(Value, 6); }

    /// <summary>Not-present entries may be cached too, so software invalidates after mapping as well (CM).</summary>
    public bool CachingMode { get => Bits.Has(Value, 7); init => Value = value ? Bits.Set(Value, 7) : Bits.Clear(Value, 7); }

    /// <summary>Table depths the unit walks (SAGAW).</summary>
    public TableDepths SupportedDepths { get => (TableDepths)Bits.Get(Value, 8, 5); init => Value = Bits.With(Value, 8, 5, (ulong)value); }

    /// <summary>Width of the addresses it translates, in bits (MGAW + 1).</summary>
    public int MaxGuestAddressWidth { get => (int)Bits.Get(Value, 16, 6) + 1; init => Value = Bits.With(Value, 16, 6, (ulong)value - 1); }

    /// <summary>Zero-length reads of write-only pages succeed (ZLR).</summary>
    public bool ZeroLengthRead { get => Bits.Has(Value, 22); init => Value = value ? Bits.Set(Value, 22) : Bits.Clear(Value, 22); }

    /// <summary>Offset of the first fault record in bytes; a multiple of 16 (FRO).</summary>
    public ulong FaultRecordsOffset { get => Bits.Get(Value, 24, 10) * 16; init => Value = Bits.With(Value, 24, 10, value / 16); }

    /// <summary>Large pages a leaf may have (SSLPS).</summary>
    public LargePages LargePages { get => (LargePages)Bits.Get(Value, 34, 4); init => Value = Bits.With(Value, 34, 4, (ulong)value); }

    /// <summary>Single pages can be invalidated (PSI).</summary>
    public bool PageSelectiveInvalidation { get => Bits.Has(Value, 39); init => Value = value ? Bits.Set(Value, 39) : Bits.Clear(Value, 39); }

    /// <summary>Number of fault records, 1 to 256 (NFR + 1).</summary>
    public int FaultRecordCount { get => (int)Bits.Get(Value, 40, 8) + 1; init => Value = Bits.With(Value, 40, 8, (ulong)value - 1); }

    /// <summary>Greatest address mask of a page-selective invalidation: 2^n pages at once (MAMV).</summary>
    public int MaxAddressMask { get => (int)Bits.Get(Value, 48, 6); init => Value = Bits.With(Value, 48, 6, (ulong)value); }

    /// <summary>The unit can drain writes (DWD).</summary>
    public bool DrainsWrites { get => Bits.Has(Value, 54); init => Value = value ? Bits.Set(Value, 54) : Bits.Clear(Value, 54); }

    /// <summary>The unit can drain reads (DRD).</summary>
    public bool DrainsReads { get => Bits.Has(Value, 55); init => Value = value ? Bits.Set(Value, 55) : Bits.Clear(Value, 55); }
}
