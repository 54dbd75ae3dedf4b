using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>Hands out task stacks, each with as much unmapped space below it as it is long. Linux: CONFIG_VMAP_STACK.</summary>
internal sealed class StackAllocator(KernelMemory memory, PageAllocator pages, KernelPageTable table)
{
    private const int Order = 2;
    private const ulong SlotBytes = 2 * KernelLayout.StackBytes;

    private readonly Lock _sync = new();
    private readonly Stack<ulong> _freeSlots = new();
    private ulong _slotCount;

    /// <summary>Makes a stack; false when memory or stack space has run out.</summary>
    public bool TryAlloc(CallSite site, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KernelStack? stack)
    {
        stack = null;
        // One block: a buffer on the stack is then one view, wherever it lies.
        if (!pages.TryAllocPages(Order, Gfp.Kernel, site, FreedMemoryKind.Stack, out var first))
            return false;
        if (!TryTakeSlot(out var slot))
        {
            pages.FreePages(first, Order, site, FreedMemoryKind.Stack);
            return false;
        }

        var start = KernelLayout.Stacks.Start + (slot * SlotBytes) + (SlotBytes - KernelLayout.StackBytes);
        for (var page = 0UL; page < 1UL << Order; page++)
            table.Map(start + (page << PageSize.CpuShift), first + page);
        stack = new KernelStack(memory, start);
        return true;
    }

    /// <summary>Takes a stack back when its task has ended.</summary>
    /// <exception cref="InvalidOperationException">It was freed already.</exception>
    public void Free(KernelStack stack, CallSite site)
    {
        var start = stack.Range.Start;
        var first = table.Unmap(start);
        if (first.Value == 0)
            throw MemoryThrow.BadStackFree(start);
        for (var page = 1UL; page < 1UL << Order; page++)
            table.Unmap(start + (page << PageSize.CpuShift));
        lock (_sync)
            _freeSlots.Push((start - KernelLayout.Stacks.Start) / SlotBytes);
        pages.FreePages(first, Order, site, FreedMemoryKind.Stack);
    }

    private bool TryTakeSlot(out ulong slot)
    {
        lock (_sync)
        {
            if (_freeSlots.TryPop(out slot))
                return true;
            slot = _slotCount;
            if (slot == KernelLayout.Stacks.LengthBytes / SlotBytes)
                return false;
            _slotCount++;
            return true;
        }
    }
}
