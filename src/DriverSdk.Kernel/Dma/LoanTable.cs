using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Kernel.Dma;

/// <summary>A device's loans: slots that are reused, each with a generation that is odd while the slot is lent.</summary>
/// <remarks>Adding and taking allocate nothing once the table has its size, and take no lock that another CPU takes.</remarks>
internal sealed class LoanTable(int cpuCount)
{
    private const int ChunkShift = 8;
    private const int ChunkSize = 1 << ChunkShift;

    private readonly Lock _growth = new();
    private readonly MagazineCache _unused = new(cpuCount);
    private Slot[][] _chunks = [];

    /// <summary>Notes a loan.</summary>
    public LoanKey Add(int cpu, PhysAddr start, ulong lengthBytes)
    {
        ulong index;
        while (!_unused.TryPop(cpu, out index))
            Grow(cpu);
        ref var slot = ref At((int)index);
        slot.Start = start;
        slot.LengthBytes = lengthBytes;
        var generation = slot.Generation + 1;
        Volatile.Write(ref slot.Generation, generation);
        return new LoanKey((int)index, generation);
    }

    /// <summary>Whether the loan is still lent.</summary>
    public bool IsLive(LoanKey key) => Volatile.Read(ref At(key.Slot).Generation) == key.Generation;

    /// <summary>The lent memory; false for a stale key.</summary>
    public bool TryGet(LoanKey key, out PhysAddr start, out ulong lengthBytes)
    {
        ref var slot = ref At(key.Slot);
        start = slot.Start;
        lengthBytes = slot.LengthBytes;
        return Volatile.Read(ref slot.Generation) == key.Generation;
    }

    /// <summary>Ends a loan; of several copies exactly one succeeds.</summary>
    public bool TryEnd(LoanKey key, out ulong lengthBytes)
    {
        ref var slot = ref At(key.Slot);
        lengthBytes = slot.LengthBytes;
        return Interlocked.CompareExchange(ref slot.Generation, key.Generation + 1, key.Generation) == key.Generation;
    }

    /// <summary>Lets the slot of an ended loan be used again.</summary>
    public void Recycle(int cpu, LoanKey key) => _unused.Push(cpu, (ulong)key.Slot);

    private ref Slot At(int index) => ref Volatile.Read(ref _chunks)[index >> ChunkShift][index & (ChunkSize - 1)];

    private void Grow(int cpu)
    {
        int first;
        lock (_growth)
        {
            first = _chunks.Length << ChunkShift;
            Volatile.Write(ref _chunks, [.. _chunks, new Slot[ChunkSize]]);
        }

        for (var index = first + ChunkSize - 1; index >= first; index--)
            _unused.Push(cpu, (ulong)index);
    }

    private struct Slot
    {
        public PhysAddr Start;
        public ulong LengthBytes;
        public uint Generation;
    }
}
