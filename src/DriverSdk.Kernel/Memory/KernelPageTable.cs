using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Kernel.Memory;

/// <summary>Which frame lies behind each page of the vmalloc and stack space: a flat table of the kernel's own, sparse like RAM.</summary>
internal sealed unsafe class KernelPageTable : IDisposable
{
    private readonly HostReservation _reservation;
    private readonly uint* _frames;

    public KernelPageTable()
    {
        _reservation = HostReservation.Reserve(PageCount * sizeof(uint));
        _frames = (uint*)_reservation.Base;
    }

    private static KernelAddr Base => KernelLayout.Vmalloc.Start;

    private static ulong PageCount => (KernelLayout.Stacks.Start - Base + KernelLayout.Stacks.LengthBytes) >> PageSize.CpuShift;

    /// <summary>Puts a frame behind the page that holds <paramref name="address"/>.</summary>
    public void Map(KernelAddr address, Pfn frame) => Volatile.Write(ref Entry(address), (uint)frame.Value);

    /// <summary>Takes the frame away, and returns it.</summary>
    public Pfn Unmap(KernelAddr address) => new(Interlocked.Exchange(ref Entry(address), 0));

    /// <summary>The frame behind an address; false for every address outside the table's space too.</summary>
    public bool TryFind(KernelAddr address, out Pfn frame)
    {
        var isInside = address.Value - Base.Value < PageCount << PageSize.CpuShift;
        frame = new Pfn(isInside ? Volatile.Read(ref Entry(address)) : 0);
        return frame.Value != 0;
    }

    public void Dispose() => _reservation.Dispose();

    private ref uint Entry(KernelAddr address) => ref Unsafe.AsRef<uint>(_frames + ((address - Base) >> PageSize.CpuShift));
}
