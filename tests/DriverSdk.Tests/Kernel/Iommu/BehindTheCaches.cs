using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>The slow twin of memory behind the caches: lines of 64 bytes in a dictionary, garbage where nothing was ever written back; walked with numbers of its own.</summary>
internal sealed class BehindTheCaches : ICpuCaches
{
    private const ulong Garbage = 0xdead_beef_dead_b007;
    private readonly Dictionary<ulong, ulong[]> _lines = [];

    public PhysicalMemory? Ram { get; set; }

    /// <summary>Called before each write-back.</summary>
    public Action<PhysAddr, ulong>? Before { get; set; }

    /// <summary>Called after each write-back.</summary>
    public Action? After { get; set; }

    public int WriteBackCount { get; private set; }

    /// <summary>Which write-back is forgotten, counted from 1; 0 for none.</summary>
    public int Forgotten { get; set; }

    public void WriteBack(PhysAddr start, ulong lengthBytes)
    {
        if (++WriteBackCount == Forgotten)
            return;
        Before?.Invoke(start, lengthBytes);
        for (var line = start.Value & ~63UL; line < start.Value + lengthBytes; line += 64)
            _lines[line] = [.. Enumerable.Range(0, 8).Select(index => Ram!.Entry(new PhysAddr(line + ((ulong)index * 8))))];
        After?.Invoke();
    }

    public ulong Read(ulong place) => _lines.TryGetValue(place & ~63UL, out var line) ? line[(place & 63) / 8] : Garbage;

    /// <summary>Every leaf and every table that a unit finds behind the caches.</summary>
    public (SortedDictionary<ulong, ulong> Leaves, HashSet<ulong> Tables) Walk(ulong root, int levels)
    {
        var (leaves, tables) = (new SortedDictionary<ulong, ulong>(), new HashSet<ulong>());
        var open = new Stack<(ulong Table, int Level, ulong Input)>([(root, levels - 1, 0)]);
        while (open.TryPop(out var next))
        {
            tables.Add(next.Table);
            for (ulong index = 0; index < 512; index++)
            {
                var raw = Read(next.Table + (index * 8));
                var input = next.Input + (index << (12 + (9 * next.Level)));
                Assert.AreNotEqual(Garbage, raw, $"a table at 0x{next.Table:x} was linked before its zeros were written back");
                if ((raw & 3) == 0)
                    continue;
                if (next.Level == 0 || (raw & 0x80) != 0)
                    leaves.Add(input, raw);
                else
                    open.Push((raw & 0x000f_ffff_ffff_f000, next.Level - 1, input));
            }
        }

        return (leaves, tables);
    }
}
