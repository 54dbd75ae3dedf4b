using System.Numerics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Devices;

namespace DriverSdk.Kernel.Debugging;

/// <summary>Finds the mappings that hold a byte of a piece of memory; asked only when a page state says there are some near.</summary>
/// <remarks>
/// Each mapping is one node whatever its size: it is filed by its size class and by the block of that class where it begins, so that it can reach into the next block
/// only. A look-up tries two blocks per size class that ever occurred.
/// </remarks>
internal sealed class MappedMemoryIndex
{
    private readonly StripedChains<Entry> _entries = new();
    private uint _classesSeen;

    /// <summary>Files a mapping.</summary>
    public void Add(in MappingRecord record)
    {
        var sizeClass = ClassOf(record.LengthBytes);
        if ((Volatile.Read(ref _classesSeen) & (1u << sizeClass)) == 0)
            Interlocked.Or(ref _classesSeen, 1u << sizeClass);
        _entries.Add(Hash(sizeClass, BlockOf(record.Start.Value, sizeClass)), new Entry(record.Device, record.Iova, record.Start.Value, record.Memory.Last.Value));
    }

    /// <summary>Removes what <see cref="Add"/> filed.</summary>
    public void Remove(in MappingRecord record)
    {
        var sizeClass = ClassOf(record.LengthBytes);
        var wanted = new Entry(record.Device, record.Iova, record.Start.Value, record.Memory.Last.Value);
        _entries.Remove(Hash(sizeClass, BlockOf(record.Start.Value, sizeClass)), ref wanted, static (_, ref entry, ref state) =>
            entry.Iova == state.Iova && entry.Start == state.Start && entry.Last == state.Last && ReferenceEquals(entry.Device, state.Device));
    }

    /// <summary>Adds every mapping that shares a byte with <paramref name="memory"/> to <paramref name="found"/>.</summary>
    public void FindOverlapping(AddressRange<PhysAddr> memory, List<(Device Device, Iova Iova, PhysAddr Start)> found)
    {
        var query = new Query(memory.Start.Value, memory.Last.Value, found);
        for (var seen = Volatile.Read(ref _classesSeen); seen != 0; seen &= seen - 1)
        {
            var sizeClass = BitOperations.TrailingZeroCount(seen);
            var first = BlockOf(memory.Start.Value, sizeClass);
            for (var block = first == 0 ? 0 : first - 1; block <= BlockOf(memory.Last.Value, sizeClass); block++)
            {
                query.SizeClass = sizeClass;
                query.Block = block;
                _entries.Find(Hash(sizeClass, block), ref query, static (_, ref entry, ref state) =>
                {
                    if (state.IsHit(entry))
                        state.Found.Add((entry.Device, entry.Iova, new PhysAddr(entry.Start)));
                    return false;
                });
            }
        }
    }

    // Class n holds mappings of up to 2^n pages.
    private static int ClassOf(ulong lengthBytes) => lengthBytes <= PageSize.CpuBytes ? 0 : BitOperations.Log2((lengthBytes - 1) >> PageSize.CpuShift) + 1;

    private static ulong BlockOf(ulong address, int sizeClass) => address >> (PageSize.CpuShift + sizeClass);

    private static uint Hash(int sizeClass, ulong block) => (uint)(((block << 5) | (uint)sizeClass) * 0x9e37_79b9_7f4a_7c15 >> 40);

    private readonly record struct Entry(Device Device, Iova Iova, ulong Start, ulong Last);

    private struct Query(ulong start, ulong last, List<(Device Device, Iova Iova, PhysAddr Start)> found)
    {
        public readonly List<(Device Device, Iova Iova, PhysAddr Start)> Found = found;
        public int SizeClass;
        public ulong Block;

        // Chains are shared by hash: an entry counts only in its own class and block, or it would be found twice.
        public readonly bool IsHit(in Entry entry) =>
            ClassOf(entry.Last - entry.Start + 1) == SizeClass && BlockOf(entry.Start, SizeClass) == Block && entry.Start <= last && entry.Last >= start;
    }
}
