using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class KernelStackTests
{
    [TestMethod]
    public void Stacks_AreSixteenKiBBetweenUnmappedSpace()
    {
        using var memory = new TestMemory();
        Assert.IsTrue(memory.Kernel.Stacks.TryAlloc(memory.Here(), out var first));
        Assert.IsTrue(memory.Kernel.Stacks.TryAlloc(memory.Here(), out var second));

        foreach (var stack in new[] { first, second })
        {
            Assert.AreEqual(16384UL, stack.Range.LengthBytes);
            Assert.AreEqual(MemoryRegion.Stack, memory.Kernel.RegionOf(stack.Range.Start));
            Assert.AreEqual(MemoryRegion.Stack, memory.Kernel.RegionOf(stack.Range.Last));
            Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(new(stack.Range.Start.Value - 1)));
            Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(stack.Range.Last + 1));
        }

        Assert.IsFalse(first.Range.Overlaps(second.Range));
    }

    [TestMethod]
    public void PushedBuffers_GrowDown_AndScopesPopThem()
    {
        using var memory = new TestMemory();
        Assert.IsTrue(memory.Kernel.Stacks.TryAlloc(memory.Here(), out var stack));

        using (var outer = stack.Push(100))
        {
            using var inner = stack.Push(5000);
            Assert.AreEqual(stack.Range.Last + 1, outer.Buffer.Address + 112);
            Assert.IsTrue(inner.Buffer.Address + 5000 <= outer.Buffer.Address);
            Assert.AreEqual(0UL, inner.Buffer.Address.Value % 16);
            using var view = inner.Buffer.Write();
            view.Bytes.Fill(1);
        }

        Assert.AreEqual(0UL, stack.UsedBytes);
    }

    [TestMethod]
    public void MoreThanTheStackHolds_IsRefused()
    {
        using var memory = new TestMemory();
        Assert.IsTrue(memory.Kernel.Stacks.TryAlloc(memory.Here(), out var stack));
        using var most = stack.Push(16384 - 16);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => stack.Push(17).Buffer.LengthBytes);

        StringAssert.Contains(error.Message, "16 of 16384 bytes are left");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => stack.Push(0).Buffer.LengthBytes);
        Assert.AreEqual(16UL, stack.Push(16).Buffer.LengthBytes);
    }

    [TestMethod]
    public void AFreedStack_IsUnmapped_ItsSlotAndPagesReused()
    {
        using var memory = new TestMemory();
        var total = memory.Pages.FreePageCount;
        Assert.IsTrue(memory.Kernel.Stacks.TryAlloc(memory.Here(), out var stack));
        Assert.IsTrue(memory.Kernel.Stacks.TryFind(stack.Range.Last, out var found));
        Assert.AreSame(stack, found);

        memory.Kernel.Stacks.Free(stack.Range.Start, memory.Here());

        Assert.AreEqual(total, memory.Pages.FreePageCount);
        Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(stack.Range.Start));
        Assert.IsFalse(memory.Kernel.Stacks.TryFind(stack.Range.Start, out _));
        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Stacks.Free(stack.Range.Start, memory.Here()));
        Assert.IsTrue(memory.Kernel.Stacks.TryAlloc(memory.Here(), out var again));
        Assert.AreEqual(stack.Range, again.Range);
    }
}
