using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>A block of 2^order physically contiguous pages, aligned to its own size. Linux: <c>struct page *</c> and an order.</summary>
/// <remarks>The default value is the null block, which an allocation returns when memory has run out.</remarks>
[AnyContext]
public readonly struct KernelPages
{
    private readonly KernelMemory? _memory;

    internal KernelPages(KernelMemory memory, Pfn first, int order)
    {
        _memory = memory;
        First = first;
        Order = order;
    }

    /// <summary>The block's first frame.</summary>
    public Pfn First { get; }

    /// <summary>Base-2 logarithm of the number of pages, 0 to 10.</summary>
    public int Order { get; }

    /// <summary>Whether there is no memory behind it.</summary>
    public bool IsNull => _memory is null;

    /// <summary>Length in bytes; 0 for the null block.</summary>
    public ulong LengthBytes => IsNull ? 0 : (ulong)PageSize.CpuBytes << Order;

    /// <summary>The block in the direct map, to view and to map it; the null buffer for the null block. Linux: <c>page_address()</c>.</summary>
    public KernelBuffer Buffer => _memory is null ? default : new KernelBuffer(_memory, _memory.Layout.ToKernelAddr(First.Start), LengthBytes);

    /// <summary>The block as <c>pfn:0x1234 order 3</c>, or <c>null pages</c>.</summary>
    public override string ToString() => IsNull ? "null pages" : $"{First} order {Order}";
}
