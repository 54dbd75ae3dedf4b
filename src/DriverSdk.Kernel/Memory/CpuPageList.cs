using System.Runtime.InteropServices;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Memory;

/// <summary>One CPU's stock of single pages of one zone. Linux: <c>struct per_cpu_pages</c>.</summary>
/// <remarks>
/// The lock is the CPU's own, so that taking it moves no cache line between CPUs; it is there because another CPU drains the list when memory runs out.
/// The page freed last is taken first, while the CPU's cache may still hold it.
/// </remarks>
internal sealed class CpuPageList(BuddyZone zone)
{
    /// <summary>Pages moved to or from the zone at once.</summary>
    public const int Batch = 32;

    /// <summary>The most pages a CPU keeps to itself.</summary>
    public const int Capacity = 128;

    private readonly uint[] _frames = new uint[Capacity];
    private Guarded _guarded;

    /// <summary>Pages in stock now.</summary>
    public int Count => Volatile.Read(ref _guarded.Count);

    public bool TryTake(out ulong pfn)
    {
        _guarded.Lock.Enter();
        var count = _guarded.Count;
        if (count == 0)
            count = zone.TakeSingles(_frames.AsSpan(0, Batch));
        pfn = count == 0 ? 0 : _frames[count - 1];
        _guarded.Count = Math.Max(count - 1, 0);
        _guarded.Lock.Exit();
        return count != 0;
    }

    public void Put(ulong pfn)
    {
        _guarded.Lock.Enter();
        if (_guarded.Count == Capacity)
        {
            zone.PutSingles(_frames.AsSpan(0, Batch));
            _frames.AsSpan(Batch).CopyTo(_frames);
            _guarded.Count -= Batch;
        }

        _frames[_guarded.Count++] = (uint)pfn;
        _guarded.Lock.Exit();
    }

    /// <summary>Gives the whole stock back to the zone.</summary>
    public void Drain()
    {
        _guarded.Lock.Enter();
        zone.PutSingles(_frames.AsSpan(0, _guarded.Count));
        _guarded.Count = 0;
        _guarded.Lock.Exit();
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Guarded
    {
        [FieldOffset(128)]
        public RawSpinlock Lock;

        [FieldOffset(132)]
        public int Count;
    }
}
