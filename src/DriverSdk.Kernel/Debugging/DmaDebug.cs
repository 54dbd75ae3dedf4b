using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Debugging;

/// <summary>What the allocators tell the DMA checks.</summary>
internal sealed class DmaDebug
{
    /// <summary>A block left the page allocator; nobody uses it yet.</summary>
    public void OnPagesAllocated(Pfn first, int order, CallSite site)
    {
    }

    /// <summary>A block is about to go back to the page allocator; it is still allocated, and stays so if this throws.</summary>
    public void OnPagesFreeing(Pfn first, int order, CallSite site)
    {
    }

    /// <summary>Memory smaller than its pages is about to be freed; it is still allocated, and stays so if this throws.</summary>
    public void OnObjectFreeing(PhysAddr start, ulong lengthBytes, FreedMemoryKind kind, CallSite site)
    {
    }
}
