using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Addressing;

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
}
