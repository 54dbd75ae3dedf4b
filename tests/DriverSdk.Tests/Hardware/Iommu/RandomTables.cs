using DriverSdk.Contract.Addressing;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>Root, context and second-stage entries that are mostly right: each bit that matters is wrong now and then.</summary>
internal sealed class RandomTables
{
    public static readonly Bdf Source = new(3, 2, 1);
    private const int TableCount = 24;
    private readonly UnitFixture _fixture;
    private readonly Random _random;
    private readonly int _hostWidth;
    private readonly int _deepest;
    private readonly PhysAddr[] _tables;
    private readonly PhysAddr _contexts;
    private readonly List<ulong> _probes = [];
    private int _used;

    public RandomTables(UnitFixture fixture, Random random, int addressWidth, int hostWidth)
    {
        _fixture = fixture;
        _random = random;
        _hostWidth = hostWidth;
        _deepest = addressWidth == 57 ? 5 : 4;
        _contexts = fixture.AllocateTable();
        _tables = [.. Enumerable.Range(0, TableCount).Select(_ => fixture.AllocateTable())];
    }

    public IEnumerable<ulong> Probes() => _probes;

    public void Build()
    {
        foreach (var table in _tables.AsSpan(0, _used))
            _fixture.Memory.Span(table, 4096).Clear();
        _used = 1;
        _probes.Clear();
        var depth = OneIn(40) ? _random.Next(2, 7) : _random.Next(3, _deepest + 1);
        BuildContext(depth);
        for (var path = 0; path < 4; path++)
            BuildPath(Math.Clamp(depth, 3, _deepest));
        _probes.Add((ulong)_random.NextInt64() >> _random.Next(0, 40));
    }

    private void BuildContext(int depth)
    {
        var root = (OneIn(40) ? 0x9000_0000UL : _contexts.Value) | (OneIn(40) ? 0UL : 1UL) | Sometimes(1UL << _random.Next(1, 12)) | Sometimes(1UL << 52);
        _fixture.Write(_fixture.RootTable + (ulong)(16 * Source.Bus), root);
        _fixture.Write(_fixture.RootTable + (ulong)((16 * Source.Bus) + 8), Sometimes(1UL << _random.Next(64)));
        var low = _tables[0].Value | (OneIn(40) ? 0UL : 1UL) | Sometimes(2) | Sometimes((ulong)(uint)_random.Next(4) << 2) | Sometimes(1UL << _random.Next(4, 12));
        var high = (ulong)(uint)(depth - 2) | Sometimes(1UL << _random.Next(3, 64)) | ((ulong)(uint)_random.Next(65536) << 8);
        _fixture.Write(_contexts + (ulong)(16 * Source.DevFn), low);
        _fixture.Write(_contexts + (ulong)((16 * Source.DevFn) + 8), high);
    }

    private void BuildPath(int depth)
    {
        var iova = 0UL;
        for (var level = 0; level < depth; level++)
            iova |= (ulong)(uint)_random.Next(OneIn(2) ? 2 : 512) << (12 + (9 * level));
        var table = _tables[0];
        for (var level = depth - 1; level >= 0; level--)
        {
            var isLeaf = level == 0 || OneIn(6);
            var next = OneIn(60) ? new PhysAddr(0x9000_0000) : _tables[_used % TableCount];
            var target = isLeaf ? RandomPage(level) : next.Value;
            _fixture.Write(table + (8 * ((iova >> (12 + (9 * level))) % 512)), target | Noise() | (isLeaf && level > 0 ? 0x80UL : 0));
            if (isLeaf || next.Value == 0x9000_0000)
                break;
            _used = Math.Min(_used + 1, TableCount);
            table = next;
        }

        _probes.Add(iova | (uint)_random.Next(4096));
        _probes.Add(iova ^ (1UL << _random.Next(12, 60)));
    }

    private ulong RandomPage(int level)
    {
        var size = 12 + (9 * level);
        var page = _random.Next(6) switch
        {
            0 => 0xfedf_e000UL + ((ulong)(uint)_random.Next(0x104) << 12),
            1 => (ulong)_random.NextInt64(1L << _hostWidth),
            _ => (ulong)(uint)_random.Next() << 4,
        };
        return OneIn(20) ? page & ~0xfffUL & ((1UL << _hostWidth) - 1) : page >> size << size;
    }

    private ulong Noise() =>
        (_random.Next(20) switch { 0 => 0UL, 1 => 1, 2 => 2, _ => 3 })
        | Sometimes(1UL << _random.Next(64)) | Sometimes(0x7cUL) | Sometimes(0x3ffUL << 52) | Sometimes(1UL << 63);

    private ulong Sometimes(ulong bits) => OneIn(40) ? bits : 0;

    private bool OneIn(int times) => _random.Next(times) == 0;
}
