using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>A task's stack of 16 KiB in the stack space. Only its own task pushes and pops.</summary>
[AnyContext]
public sealed class KernelStack
{
    private readonly KernelMemory _memory;
    private ulong _usedBytes;

    internal KernelStack(KernelMemory memory, KernelAddr start)
    {
        _memory = memory;
        Range = new AddressRange<KernelAddr>(start, KernelLayout.StackBytes);
    }

    /// <summary>All of the stack; it grows down from its last byte.</summary>
    public AddressRange<KernelAddr> Range { get; }

    /// <summary>Bytes in use.</summary>
    public ulong UsedBytes => _usedBytes;

    /// <summary>Takes bytes from the stack until the returned scope is disposed, as a local array of a C function lives until it returns.</summary>
    /// <param name="lengthBytes">1 byte up; 16-byte aligned.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0.</exception>
    /// <exception cref="InvalidOperationException">The stack has fewer bytes left.</exception>
    public KernelStackBuffer Push(ulong lengthBytes)
    {
        if (lengthBytes == 0)
            MemoryThrow.NothingAsked();
        var left = Range.LengthBytes - _usedBytes;
        if (lengthBytes > left)
            MemoryThrow.StackOverflow(lengthBytes, left);
        var before = _usedBytes;
        _usedBytes += (lengthBytes + 15) & ~15UL;
        return new KernelStackBuffer(this, before, new KernelBuffer(_memory, Range.Start + (Range.LengthBytes - _usedBytes), lengthBytes));
    }

    internal void PopTo(ulong usedBytes) => _usedBytes = usedBytes;
}
