using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Dma;

/// <summary>The raw door: Linux's calls with Linux's shape, where every mistake that Linux allows can be made. <see cref="DmaApi"/> is the door where most cannot.</summary>
/// <remarks>The caller repeats length and direction at unmap and must get them right. Source: facts/linux.md 3.</remarks>
[AnyContext]
public static class DmaRaw
{
    /// <summary>Maps a run of the direct map. Linux: <c>dma_map_single()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="address">First byte. Vmalloc and stack addresses give an error, as in Linux; kernel text and data are mapped.</param>
    /// <param name="lengthBytes">Length in bytes, 1 to 2^40.</param>
    /// <param name="direction">Which way data flows.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>The handle, or an error: ask <see cref="MappingError"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length or the direction is not valid.</exception>
    [return: MustUnmap]
    public static DmaHandle MapSingle(
        Device device, [MapsMemory] KernelAddr address, ulong lengthBytes, DmaDirection direction, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        var memory = device.Dma.Memory;
        var region = memory.RegionOf(address);
        return region is MemoryRegion.Vmalloc or MemoryRegion.Stack or MemoryRegion.Unmapped || !memory.TryTranslate(address, out var start)
            ? DmaHandle.Error
            : Map(device, start, lengthBytes, direction, file, line);
    }

    /// <summary>Maps a part of a page block. Linux: <c>dma_map_page()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="page">The frame that <paramref name="offset"/> counts from.</param>
    /// <param name="offset">First byte, counted from the frame's start; may lie in a later frame.</param>
    /// <param name="lengthBytes">Length in bytes, 1 to 2^40.</param>
    /// <param name="direction">Which way data flows.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>The handle, or an error: ask <see cref="MappingError"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length or the direction is not valid.</exception>
    [return: MustUnmap]
    public static DmaHandle MapPage(
        Device device, [MapsMemory] Pfn page, ulong offset, ulong lengthBytes, DmaDirection direction, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Map(device, page.Start + offset, lengthBytes, direction, file, line);
    }

    /// <summary>Whether a map call failed. Linux: <c>dma_mapping_error()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="handle">What the map call returned.</param>
    public static bool MappingError(Device device, [ChecksMappingError] DmaHandle handle) => handle.IsError;

    /// <summary>Unmaps what <see cref="MapSingle"/> mapped. Linux: <c>dma_unmap_single()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="handle">What the map call returned.</param>
    /// <param name="lengthBytes">The length given there.</param>
    /// <param name="direction">The direction given there.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length or the direction is not valid.</exception>
    public static void UnmapSingle(
        Device device, [Unmaps] DmaHandle handle, ulong lengthBytes, DmaDirection direction, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        Check(lengthBytes, direction);
        InterruptPoint.Poll();
        device.Dma.Mapper.Unmap(CallingCpu.Index, handle.Iova, lengthBytes, file, line);
    }

    /// <summary>Unmaps what <see cref="MapPage"/> mapped. Linux: <c>dma_unmap_page()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="handle">What the map call returned.</param>
    /// <param name="lengthBytes">The length given there.</param>
    /// <param name="direction">The direction given there.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length or the direction is not valid.</exception>
    public static void UnmapPage(
        Device device, [Unmaps] DmaHandle handle, ulong lengthBytes, DmaDirection direction, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        UnmapSingle(device, handle, lengthBytes, direction, file, line);

    /// <summary>Maps all pieces of a list in one run of IOVAs. Linux: <c>dma_map_sg()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="list">The pieces.</param>
    /// <param name="direction">Which way data flows.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Number of segments the device sees, at most the number of pieces; 0 when nothing could be mapped.</returns>
    /// <exception cref="ArgumentException">The list is empty, or the direction is not valid.</exception>
    /// <exception cref="InvalidOperationException">The list is mapped already.</exception>
    public static int MapSg(Device device, [MapsMemory] ScatterList list, DmaDirection direction, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(list);
        Check(1, direction);
        return device.Dma.TryMapList(list, direction, file, line) ? list.SegmentCount : 0;
    }

    /// <summary>Unmaps a list. Linux: <c>dma_unmap_sg()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="list">The list.</param>
    /// <param name="direction">The direction given to <see cref="MapSg"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public static void UnmapSg(Device device, [Unmaps] ScatterList list, DmaDirection direction, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(list);
        Check(1, direction);
        device.Dma.Unmap(list, list.Generation | 1, file, line);
    }

    /// <summary>Takes a part of a mapping back for the CPU, while it stays mapped. Linux: <c>dma_sync_single_for_cpu()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="handle">The mapping, or an address inside it.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <param name="direction">The mapping's direction.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length or the direction is not valid.</exception>
    public static void SyncSingleForCpu(Device device, [Borrows] DmaHandle handle, ulong lengthBytes, DmaDirection direction)
    {
        ArgumentNullException.ThrowIfNull(device);
        Check(lengthBytes, direction);
        InterruptPoint.Poll();
    }

    /// <summary>Gives a part of a mapping back to the device. Linux: <c>dma_sync_single_for_device()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="handle">The mapping, or an address inside it.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <param name="direction">The mapping's direction.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length or the direction is not valid.</exception>
    public static void SyncSingleForDevice(Device device, [Borrows] DmaHandle handle, ulong lengthBytes, DmaDirection direction) =>
        SyncSingleForCpu(device, handle, lengthBytes, direction);

    /// <summary>Allocates memory that CPU and device share. Linux: <c>dma_alloc_coherent()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="lengthBytes">1 to 4 MiB.</param>
    /// <param name="gfp">With <see cref="Gfp.Kernel"/> only a task that may sleep may call.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>The buffer; null when memory has run out.</returns>
    [return: MustFree]
    public static CoherentBuffer AllocCoherent(Device device, ulong lengthBytes, Gfp gfp, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Dma.TryAllocCoherent(lengthBytes, gfp, out var buffer, file, line) ? buffer : default;
    }

    /// <summary>Frees what <see cref="AllocCoherent"/> returned. Linux: <c>dma_free_coherent()</c>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [RunsIn(KernelContexts.Task | KernelContexts.Softirq)]
    public static void FreeCoherent(Device device, [Frees] CoherentBuffer buffer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.Dma.FreeCoherent(buffer, file, line);
    }

    private static DmaHandle Map(Device device, PhysAddr start, ulong lengthBytes, DmaDirection direction, string file, int line)
    {
        Check(lengthBytes, direction);
        InterruptPoint.Poll();
        return device.Dma.Mapper.TryMap(CallingCpu.Index, start, lengthBytes, direction, MappingKind.Streaming, file, line, out var iova)
            ? new DmaHandle(iova)
            : DmaHandle.Error;
    }

    private static void Check(ulong lengthBytes, DmaDirection direction)
    {
        if (lengthBytes is 0 or > 1UL << 40)
            throw new ArgumentOutOfRangeException(nameof(lengthBytes), lengthBytes, $"A mapping of {lengthBytes} bytes was named; give 1 byte to 1 TiB.");
        if (direction is not (DmaDirection.ToDevice or DmaDirection.FromDevice or DmaDirection.Bidirectional))
            throw new ArgumentOutOfRangeException(nameof(direction), direction, $"No mapping has the direction {direction}; give ToDevice, FromDevice or Bidirectional.");
    }
}
