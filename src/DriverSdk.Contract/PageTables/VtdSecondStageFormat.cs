using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.PageTables;

/// <summary>VT-d's second-stage tables. Level 0 is the spec's page table (SS-PTE), 1 its directory, 2 SS-PDPT, 3 SS-PML4, 4 SS-PML5.</summary>
/// <remarks>
/// Bits: R 0, W 1, X 2 and memory type 6:3 ignored here, PS 7, A 8, D 9, SNP 11 (reserved but in the leaves of a unit with snoop control), address 51:12, TM 62 (reserved).
/// Source: facts/vtd.md 2.
/// </remarks>
internal readonly struct VtdSecondStageFormat : IPageTableFormat<VtdSecondStageFormat>
{
    /// <summary>SNP, which a leaf may have where the unit offers snoop control (ECAP.SC).</summary>
    public const ulong Snoop = 1UL << 11;

    private const ulong Permissions = 0b11;
    private const ulong LargePage = 1UL << 7;
    private const ulong Accessed = 1UL << 8;
    private const ulong Dirty = 1UL << 9;
    private const ulong TransientMapping = 1UL << 62;
    private const ulong AddressBits = 0x000f_ffff_ffff_f000;

    /// <inheritdoc/>
    public static int IndexBits => 9;

    /// <inheritdoc/>
    public static int EntryBytes => 8;

    /// <inheritdoc/>
    public static int MaxLevels => 5;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageSize LeafSize(int level) => new((byte)(PageSize.CpuShift + (IndexBits * level)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(ulong inputAddress, int level) => (int)(inputAddress >> (PageSize.CpuShift + (IndexBits * level))) & 0x1ff;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageTableEntry Decode(ulong raw, int level, in PageTableLimits limits)
    {
        var access = (IommuAccess)(raw & Permissions);
        if (access == IommuAccess.None)
            return default;

        var reserved = (Snoop & ~limits.OfferedLeafBits) | TransientMapping | limits.UnusedAddressBits;
        var kind = EntryKind.Leaf;
        if (level > 0)
        {
            if ((raw & LargePage) == 0)
                (kind, reserved) = (EntryKind.Table, reserved | Snoop);
            else if (level > limits.LargestLeafLevel)
                reserved |= LargePage;
            else
                reserved |= LeafSize(level).OffsetMask & AddressBits;
        }

        return new PageTableEntry(kind, access, new PhysAddr(raw & AddressBits), (raw & reserved) == 0 ? ReservedBits.Clear : ReservedBits.Set);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EncodeTable(PhysAddr table) => table.Value | Permissions;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EncodeLeaf(PhysAddr page, int level, IommuAccess access) =>
        page.Value | (ulong)access | (level > 0 ? LargePage : 0);

    /// <inheritdoc/>
    public static bool IsAccessed(ulong raw) => (raw & Accessed) != 0;

    /// <inheritdoc/>
    public static bool IsDirty(ulong raw) => (raw & Dirty) != 0;

    /// <inheritdoc/>
    public static ulong MakeAccessed(ulong raw) => raw | Accessed;

    /// <inheritdoc/>
    public static ulong MakeDirty(ulong raw) => raw | Dirty;

    /// <inheritdoc/>
    public static ulong MakeIdle(ulong raw) => raw & ~Accessed;

    /// <inheritdoc/>
    public static ulong MakeClean(ulong raw) => raw & ~Dirty;
}
