using DriverSdk.Differential.Rigs;
using DriverSdk.Differential.Twin;

namespace DriverSdk.Differential.Trees;

/// <summary>A root, a context and a few paths through page tables, mostly right: each bit that matters is wrong now and then.</summary>
internal sealed class RandomTree
{
    private const int TableCount = 16;
    private const ulong NoRam = 0x9000_0000;

    private readonly Random _random;
    private readonly UnitShape _shape;
    private readonly Dictionary<ulong, ulong> _words = [];
    private readonly List<DeviceRequest> _requests = [];
    private readonly int _devFn;
    private int _used;

    /// <summary>Makes a tree.</summary>
    /// <param name="seed">The same seed and shape give the same tree.</param>
    /// <param name="shape">What the units offer.</param>
    public RandomTree(int seed, UnitShape shape)
    {
        _random = new Random(seed);
        _shape = shape;
        _devFn = MemoryMap.DevFns[0];
        var depth = OneIn(30) ? _random.Next(2, 6) : shape.AddressBits == 39 ? 3 : _random.Next(3, 5);
        AddContext(depth);
        for (var path = 0; path < 3; path++)
            AddPath(Math.Clamp(depth, 3, 4));
    }

    /// <summary>Memory that is not zero.</summary>
    public IReadOnlyDictionary<ulong, ulong> Words => _words;

    /// <summary>Requests worth making.</summary>
    public IReadOnlyList<DeviceRequest> Requests => _requests;

    private void AddContext(int depth)
    {
        _words[MemoryMap.Root] = (OneIn(40) ? NoRam : MemoryMap.Contexts) | (OneIn(40) ? 0UL : 1UL) | Sometimes(1UL << _random.Next(1, 12)) | Sometimes(1UL << 52);
        _words[MemoryMap.Root + 8] = Sometimes(1UL << _random.Next(64));
        var place = MemoryMap.Contexts + (ulong)(16 * _devFn);
        _words[place] = (OneIn(60) ? NoRam : NextTable()) | (OneIn(40) ? 0UL : 1UL) | Sometimes(2)
            | Sometimes((ulong)(uint)(_random.Next(2) * 2 + 1) << 2) | Sometimes(8) | Sometimes(1UL << _random.Next(4, 12)) | Sometimes(1UL << _random.Next(_shape.HostBits, 64));
        _words[place + 8] = (ulong)(uint)(depth - 2) | ((ulong)(uint)_random.Next(65536) << 8) | Sometimes(1UL << _random.Next(3, 64));
    }

    private void AddPath(int depth)
    {
        var address = 0UL;
        for (var level = 0; level < depth; level++)
            address |= (ulong)(uint)_random.Next(OneIn(2) ? 2 : 512) << (12 + (9 * level));
        var table = MemoryMap.Tables;
        for (var level = depth - 1; level >= 0; level--)
        {
            var isLeaf = level == 0 || OneIn(6);
            var next = isLeaf ? RandomPage(level) : OneIn(60) ? NoRam : NextTable();
            _words[table + (8 * ((address >> (12 + (9 * level))) % 512))] = next | Noise() | (isLeaf && level > 0 ? 0x80UL : 0);
            if (isLeaf || next == NoRam)
                break;
            table = next;
        }

        var inside = (ulong)(uint)_random.Next(512) * 8;
        AddRequest(address | inside);
        AddRequest(OneIn(4) ? address ^ (1UL << _random.Next(12, 60)) : (address | inside) ^ (1UL << _random.Next(12, 40)));
    }

    // Data lies above all tables: a request that wrote into a table would change the question while it is asked.
    private ulong RandomPage(int level)
    {
        var size = 12 + (9 * level);
        var page = _random.Next(8) switch
        {
            0 => 0xfedf_e000UL + ((ulong)(uint)_random.Next(0x104) << 12),
            1 => 0x1_0000_0000UL + ((ulong)_random.NextInt64(1L << (_shape.HostBits - 1)) & ~0xfffUL),
            _ => MemoryMap.Data + ((ulong)(uint)_random.Next((int)((_shape.RamBytes - MemoryMap.Data) >> 12)) << 12),
        };
        page &= (1UL << _shape.HostBits) - 1;
        return OneIn(20) ? page : Math.Max(page >> size << size, level == 0 ? 0 : MemoryMap.Data >> size << size);
    }

    private void AddRequest(ulong address) => _requests.Add(new DeviceRequest(_devFn, address, OneIn(2) ? RequestKind.Read : RequestKind.Write));

    private ulong NextTable()
    {
        var table = MemoryMap.Tables + ((ulong)(uint)(_used % TableCount) << 12);
        _used++;
        return table;
    }

    private ulong Noise() =>
        (_random.Next(24) switch { 0 => 0UL, 1 => 1, 2 => 2, _ => 3 })
        | Sometimes(1UL << _random.Next(64)) | Sometimes(0x7cUL) | Sometimes(0x3ffUL << 52) | Sometimes(1UL << 63);

    private ulong Sometimes(ulong bits) => OneIn(40) ? bits : 0;

    private bool OneIn(int times) => _random.Next(times) == 0;
}
