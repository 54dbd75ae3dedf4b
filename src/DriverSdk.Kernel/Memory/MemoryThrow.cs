using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>The room's exceptions, each worded in one place.</summary>
[StackTraceHidden]
internal static class MemoryThrow
{
    [DoesNotReturn]
    public static void NullBuffer() =>
        throw new InvalidOperationException("The buffer is null: its allocation failed. Check IsNull before using it.");

    [DoesNotReturn]
    public static void OutsideBuffer(ulong offset, ulong lengthBytes, ulong bufferBytes) =>
        throw new ArgumentOutOfRangeException(nameof(offset),
            $"{lengthBytes} bytes at offset {offset} do not lie inside a buffer of {bufferBytes} bytes; shorten the range.");

    [DoesNotReturn]
    public static void NotMapped(KernelAddr address) =>
        throw new InvalidOperationException($"Nothing is mapped at {address}: the memory was freed or was never allocated.");

    [DoesNotReturn]
    public static void NotContiguous(KernelAddr address, ulong lengthBytes, ulong contiguousBytes) =>
        throw new InvalidOperationException(
            $"Only {contiguousBytes} of {lengthBytes} bytes at {address} are physically contiguous and one view; use SegmentAt, CopyTo or CopyFrom.");

    [DoesNotReturn]
    public static void ReadOnly(KernelAddr address, MemoryRegion region) =>
        throw new InvalidOperationException($"{address} lies in the kernel's {region}, which is read-only; open it with Read.");

    [DoesNotReturn]
    public static void ViewTooLong(ulong lengthBytes) =>
        throw new ArgumentOutOfRangeException(nameof(lengthBytes), lengthBytes, $"A view holds at most {int.MaxValue} bytes; open it in parts.");

    [DoesNotReturn]
    public static void OutsideVolatile(ulong offset, ulong lengthBytes, ulong memoryBytes) =>
        throw new ArgumentOutOfRangeException(nameof(offset),
            $"An access of {lengthBytes} bytes at offset {offset} is not naturally aligned or leaves the {memoryBytes} bytes of memory; correct the offset.");

    [DoesNotReturn]
    public static void OrderOutOfRange(int order) =>
        throw new ArgumentOutOfRangeException(nameof(order), order, $"An order lies between 0 and {PageAllocator.MaxOrder}.");

    [DoesNotReturn]
    public static void NothingAsked() =>
        throw new ArgumentOutOfRangeException("lengthBytes", 0, "An allocation holds at least 1 byte; ask for more.");

    [DoesNotReturn]
    public static void StackOverflow(ulong lengthBytes, ulong leftBytes) =>
        throw new InvalidOperationException(
            $"{lengthBytes} bytes do not fit on the task's stack: {leftBytes} of {KernelLayout.StackBytes} bytes are left. Allocate them with Kmalloc.");

    public static InvalidOperationException BadAreaFree(KernelAddr address) =>
        new($"No live vmalloc area begins at {address}; free it once, by the buffer that Vmalloc returned.");

    public static InvalidOperationException NoStack(string taskName) =>
        new($"Task '{taskName}' has no kernel stack to put a buffer on; spawn it on a kernel whose scheduler takes stacks from its memory.");

    public static InvalidOperationException BadStackFree(KernelAddr address) =>
        new($"No live stack lies at {address}; free it once, when its task has ended.");

    public static InvalidOperationException BadKmallocFree(KernelAddr address, MemoryRegion region) =>
        new($"{address} cannot be freed as a kmalloc object: it lies in the region {region}, and kmalloc memory lies in the direct map.");

    public static InvalidOperationException BadPageFree(PageMap map, Pfn first, int order, FreedMemoryKind kind, CallSiteTable sites)
    {
        var asked = $"{first} order {order} cannot be freed as {kind}: ";
        if (!map.TryFindRecord(first, out var record))
            return new InvalidOperationException(asked + "it was never allocated.");
        if (record.Status == AllocationStatus.Free)
            return new InvalidOperationException(asked + $"it is free already, allocated at {sites.Describe(record.AllocatedAt)}, freed at {sites.Describe(record.FreedAt)}.");
        return new InvalidOperationException(
            asked + $"{record.Memory}, {record.Kind}, is allocated there, at {sites.Describe(record.AllocatedAt)}; free that block, with its own order.");
    }

    public static InvalidOperationException BadObjectFree(PhysAddr start, AllocationRecord record, CallSiteTable sites)
    {
        var asked = $"No live kmalloc object begins at {KernelLayout.DirectMapBase + start.Value}: ";
        if (record.Memory.IsEmpty)
            return new InvalidOperationException(asked + "nothing was ever allocated there.");
        var nearest = $"the {record.Memory.LengthBytes} bytes at {KernelLayout.DirectMapBase + record.Memory.Start.Value}";
        if (record.Status == AllocationStatus.Free)
            return new InvalidOperationException(
                asked + $"{nearest} are free already, allocated at {sites.Describe(record.AllocatedAt)}, freed at {sites.Describe(record.FreedAt)}.");
        return new InvalidOperationException(
            asked + $"it lies {start - record.Memory.Start} bytes into {nearest} ({record.Kind}), allocated at {sites.Describe(record.AllocatedAt)}; free that.");
    }
}
