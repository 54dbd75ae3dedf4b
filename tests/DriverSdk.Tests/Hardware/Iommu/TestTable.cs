using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>A second-stage table written by hand: every table is allocated on the way, nothing is invalidated.</summary>
internal sealed class TestTable(UnitFixture fixture, DomainId domain, int levels)
{
    private readonly Dictionary<(ulong, int), PhysAddr> _tables = [];

    public DomainId Domain => domain;

    public int Levels => levels;

    public PhysAddr Top { get; } = fixture.AllocateTable();

    /// <summary>Maps one page, 4 KiB at level 0, 2 MiB at level 1, 1 GiB at level 2.</summary>
    public void Map(ulong iova, PhysAddr page, IommuAccess access = IommuAccess.ReadWrite, int level = 0) =>
        fixture.Write(EntryOf(iova, level), VtdSecondStageFormat.EncodeLeaf(page, level, access));

    public void Unmap(ulong iova, int level = 0) => fixture.Write(EntryOf(iova, level), 0);

    /// <summary>Changes the entry of any level in place.</summary>
    public void Edit(ulong iova, int level, Func<ulong, ulong> change)
    {
        var place = EntryOf(iova, level);
        fixture.Write(place, change(fixture.Read(place)));
    }

    private PhysAddr EntryOf(ulong iova, int level)
    {
        var table = Top;
        for (var above = levels - 1; above > level; above--)
            table = TableBelow(table, iova, above);
        return table + (ulong)(VtdSecondStageFormat.IndexOf(iova, level) * VtdSecondStageFormat.EntryBytes);
    }

    private PhysAddr TableBelow(PhysAddr table, ulong iova, int level)
    {
        var key = (iova >> VtdSecondStageFormat.LeafSize(level).Shift, level);
        if (_tables.TryGetValue(key, out var below))
            return below;
        below = fixture.AllocateTable();
        _tables.Add(key, below);
        fixture.Write(table + (ulong)(VtdSecondStageFormat.IndexOf(iova, level) * VtdSecondStageFormat.EntryBytes), VtdSecondStageFormat.EncodeTable(below));
        return below;
    }
}
