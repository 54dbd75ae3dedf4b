using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <content>What lies where, and the views through which the CPU touches it.</content>
public sealed partial class KernelMemory
{
    /// <summary>The listener to views, null while nobody listens.</summary>
    internal ViewWatch? ViewWatch { get; set; }

    /// <summary>What lies at an address; <see cref="MemoryRegion.Unmapped"/> exactly where <see cref="TryTranslate"/> fails.</summary>
    [AnyContext]
    public MemoryRegion RegionOf(KernelAddr address)
    {
        if (!TryTranslate(address, out _))
            return MemoryRegion.Unmapped;
        return KernelLayout.Vmalloc.Contains(address) ? MemoryRegion.Vmalloc
            : KernelLayout.Stacks.Contains(address) ? MemoryRegion.Stack
            : KernelLayout.Text.Contains(address) ? MemoryRegion.Text
            : KernelLayout.Rodata.Contains(address) ? MemoryRegion.Rodata
            : KernelLayout.Data.Contains(address) ? MemoryRegion.Data
            : MemoryRegion.DirectMap;
    }

    /// <summary>The physical address behind a kernel address; false where nothing is mapped.</summary>
    [AnyContext]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTranslate(KernelAddr address, out PhysAddr physical) =>
        TryTranslateDirect(address, out physical) || TryTranslateMapped(address, out physical);

    /// <summary>A buffer over any run of mapped addresses, as a C pointer and a length. It owns nothing.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="lengthBytes">1 byte up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0, or the range leaves the address space.</exception>
    /// <exception cref="InvalidOperationException">A page of the range is not mapped.</exception>
    [AnyContext]
    public KernelBuffer BufferAt(KernelAddr start, ulong lengthBytes)
    {
        if (lengthBytes == 0)
            MemoryThrow.NothingAsked();
        var range = new AddressRange<KernelAddr>(start, lengthBytes);
        for (var done = 0UL; done < lengthBytes;)
            done += ContiguousBytes(range.Start + done, lengthBytes - done);
        return new KernelBuffer(this, start, lengthBytes);
    }

    internal ReadView OpenRead(KernelAddr start, ulong lengthBytes)
    {
        var physical = Resolve(start, lengthBytes);
        return new ReadView(Ram.Span(physical, (int)lengthBytes), physical, ViewWatch);
    }

    internal WriteView OpenWrite(KernelAddr start, ulong lengthBytes)
    {
        var physical = Resolve(start, lengthBytes);
        if (start >= KernelLayout.Text.Start && RegionOf(start) is var region and (MemoryRegion.Text or MemoryRegion.Rodata))
            MemoryThrow.ReadOnly(start, region);
        return new WriteView(Ram.Span(physical, (int)lengthBytes), physical, ViewWatch);
    }

    /// <summary>How many of <paramref name="maxBytes"/> bytes from <paramref name="start"/> on are physically contiguous; at least 1.</summary>
    /// <exception cref="InvalidOperationException">Nothing is mapped at the start.</exception>
    internal ulong ContiguousBytes(KernelAddr start, ulong maxBytes)
    {
        if (!TryTranslate(start, out var first))
            MemoryThrow.NotMapped(start);
        if (Ram.Contains(first, maxBytes) && Layout.DirectMap.Contains(start))
            return maxBytes;
        var length = Math.Min(maxBytes, PageSize.CpuBytes - (start.Value & (PageSize.CpuBytes - 1)));
        while (length < maxBytes && TryTranslate(start + length, out var next) && next == first + length)
            length += Math.Min(maxBytes - length, PageSize.CpuBytes);
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTranslateDirect(KernelAddr address, out PhysAddr physical)
    {
        // Addresses below the direct map wrap to offsets far above RAM.
        physical = new PhysAddr(address.Value - KernelLayout.DirectMapBase.Value);
        return Ram.Contains(physical, 1);
    }

    private bool TryTranslateMapped(KernelAddr address, out PhysAddr physical)
    {
        if (_table.TryFind(address, out var frame))
        {
            physical = frame.Start + (address.Value & (PageSize.CpuBytes - 1));
            return true;
        }

        var isImage = address >= KernelLayout.Text.Start && address <= KernelLayout.Data.Last;
        physical = isImage ? KernelLayout.ImageToPhysical(address) : default;
        return isImage;
    }

    private PhysAddr Resolve(KernelAddr start, ulong lengthBytes)
    {
        if (lengthBytes > int.MaxValue)
            MemoryThrow.ViewTooLong(lengthBytes);
        if (lengthBytes == 0)
            return default;
        if (TryTranslateDirect(start, out var physical) && Ram.Contains(physical, lengthBytes))
            return physical;
        var contiguous = ContiguousBytes(start, lengthBytes);
        if (contiguous < lengthBytes)
            MemoryThrow.NotContiguous(start, lengthBytes, contiguous);
        _ = TryTranslate(start, out physical);
        return physical;
    }
}
