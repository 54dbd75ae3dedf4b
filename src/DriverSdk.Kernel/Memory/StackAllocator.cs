using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Memory;

/// <summary>Hands out task stacks, each with as much unmapped space below it as it is long. Linux: CONFIG_VMAP_STACK.</summary>
internal sealed class StackAllocator(KernelMemory memory, PageAllocator pages, KernelPageTable table) : ITaskStacks
{
    private const int Order = 2;
    private const ulong SlotBytes = 2 * KernelLayout.StackBytes;

    private readonly Lock _sync = new();
    private readonly Stack<int> _freeSlots = new();
    private readonly List<KernelStack?> _stacks = [];

    /// <summary>Makes a stack; false when memory or stack space has run out.</summary>
    public bool TryAlloc(CallSite site, [NotNullWhen(true)] out KernelStack? stack)
    {
        stack = null;
        // One block: a buffer on the stack is then one view, wherever it lies.
        if (!pages.TryAllocPages(Order, Gfp.Kernel, site, FreedMemoryKind.Stack, out var first))
            return false;
        lock (_sync)
        {
            if (TryTakeSlot(out var slot))
                _stacks[slot] = stack = new KernelStack(memory, StartOf(slot));
        }

        if (stack is null)
        {
            pages.FreePages(first, Order, site, FreedMemoryKind.Stack);
            return false;
        }

        for (var page = 0UL; page < 1UL << Order; page++)
            table.Map(stack.Range.Start + (page << PageSize.CpuShift), first + page);
        return true;
    }

    /// <summary>Takes a stack back when its task has ended.</summary>
    /// <param name="start">The stack's first byte.</param>
    /// <param name="site">Who freed it.</param>
    /// <exception cref="InvalidOperationException">No live stack begins there.</exception>
    public void Free(KernelAddr start, CallSite site)
    {
        lock (_sync)
        {
            if (!TryFindLocked(start, out var stack) || stack.Range.Start != start)
                throw MemoryThrow.BadStackFree(start);
            _stacks[SlotOf(start)] = null;
            _freeSlots.Push(SlotOf(start));
        }

        var first = table.Unmap(start);
        for (var page = 1UL; page < 1UL << Order; page++)
            table.Unmap(start + (page << PageSize.CpuShift));
        pages.FreePages(first, Order, site, FreedMemoryKind.Stack);
    }

    /// <inheritdoc/>
    AddressRange<KernelAddr> ITaskStacks.Allocate(string taskName) => TryAlloc(default, out var stack) ? stack.Range : default;

    /// <inheritdoc/>
    void ITaskStacks.Free(AddressRange<KernelAddr> stack) => Free(stack.Start, default);

    /// <summary>The live stack that holds an address.</summary>
    public bool TryFind(KernelAddr address, [NotNullWhen(true)] out KernelStack? stack)
    {
        lock (_sync)
            return TryFindLocked(address, out stack);
    }

    private static KernelAddr StartOf(int slot) => KernelLayout.Stacks.Start + ((ulong)slot * SlotBytes) + (SlotBytes - KernelLayout.StackBytes);

    private static int SlotOf(KernelAddr address) => (int)((address - KernelLayout.Stacks.Start) / SlotBytes);

    private bool TryFindLocked(KernelAddr address, [NotNullWhen(true)] out KernelStack? stack)
    {
        var isSlot = KernelLayout.Stacks.Contains(address) && SlotOf(address) < _stacks.Count;
        stack = isSlot && _stacks[SlotOf(address)] is { } found && found.Range.Contains(address) ? found : null;
        return stack is not null;
    }

    private bool TryTakeSlot(out int slot)
    {
        if (_freeSlots.TryPop(out slot))
            return true;
        slot = _stacks.Count;
        if ((ulong)slot == KernelLayout.Stacks.LengthBytes / SlotBytes)
            return false;
        _stacks.Add(null);
        return true;
    }
}
