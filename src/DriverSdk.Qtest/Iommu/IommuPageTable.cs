using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Qtest.Iommu;

/// <summary>A second-stage page table in emulated RAM. It remembers which tables it made, so that mapping needs no read.</summary>
public sealed class IommuPageTable
{
    private readonly IommuTables _tables;
    private readonly Dictionary<(int Level, ulong Prefix), PhysAddr> _made = [];

    internal IommuPageTable(IommuTables tables, int levels)
    {
        if (levels is < 3 or > 5)
            throw new ArgumentOutOfRangeException(nameof(levels), levels, "A second-stage table has 3, 4 or 5 levels.");
        _tables = tables;
        Levels = levels;
        Root = tables.AllocatePage();
    }

    /// <summary>The topmost table.</summary>
    public PhysAddr Root { get; }

    /// <summary>3, 4 or 5.</summary>
    public int Levels { get; }

    /// <summary>Maps one page, making the tables above it.</summary>
    /// <param name="iova">Aligned to <paramref name="size"/>.</param>
    /// <param name="page">Aligned to <paramref name="size"/>.</param>
    /// <param name="access">What the leaf allows; the levels above allow everything.</param>
    /// <param name="size">4 KiB, 2 MiB or 1 GiB.</param>
    public void Map(Iova iova, PhysAddr page, IommuAccess access, PageSize size)
    {
        var level = LevelOf(size);
        SetEntry(iova, level, VtdSecondStageFormat.EncodeLeaf(page, level, access));
    }

    /// <summary>Maps one page of 4 KiB.</summary>
    public void Map(Iova iova, PhysAddr page, IommuAccess access) => Map(iova, page, access, PageSize.Size4K);

    /// <summary>Clears the 4 KiB entry of an address.</summary>
    public void Unmap(Iova iova) => SetEntry(iova, 0, 0);

    /// <summary>Writes the entry of one level as it is, making the tables above it.</summary>
    /// <param name="iova">Any address that the entry covers.</param>
    /// <param name="level">0 for the entry of a 4 KiB page, up to <see cref="Levels"/> - 1.</param>
    /// <param name="raw">The entry.</param>
    public void SetEntry(Iova iova, int level, ulong raw) => _tables.Client.Write64(EntryAddress(iova, level), raw);

    /// <summary>The entry of one level as RAM has it now.</summary>
    /// <param name="iova">Any address that the entry covers.</param>
    /// <param name="level">As for <see cref="SetEntry"/>.</param>
    public ulong ReadEntry(Iova iova, int level) => _tables.Client.Read64(EntryAddress(iova, level));

    /// <summary>Where the entry of one level lies; makes the tables above it.</summary>
    /// <param name="iova">Any address that the entry covers.</param>
    /// <param name="level">As for <see cref="SetEntry"/>.</param>
    public PhysAddr EntryAddress(Iova iova, int level)
    {
        if ((uint)level >= (uint)Levels)
            throw new ArgumentOutOfRangeException(nameof(level), level, $"This table has levels 0 to {Levels - 1}.");
        return TableAt(iova, level) + (ulong)(VtdSecondStageFormat.IndexOf(iova.Value, level) * VtdSecondStageFormat.EntryBytes);
    }

    private static int LevelOf(PageSize size) => (size.Shift - PageSize.CpuShift) / VtdSecondStageFormat.IndexBits;

    private PhysAddr TableAt(Iova iova, int level)
    {
        if (level == Levels - 1)
            return Root;
        var key = (level, iova.Value >> VtdSecondStageFormat.LeafSize(level + 1).Shift);
        if (!_made.TryGetValue(key, out var table))
        {
            _made[key] = table = _tables.AllocatePage();
            _tables.Client.Write64(EntryAddress(iova, level + 1), VtdSecondStageFormat.EncodeTable(table));
        }

        return table;
    }
}
