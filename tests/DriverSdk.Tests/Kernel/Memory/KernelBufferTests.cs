using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class KernelBufferTests
{
    [TestMethod]
    public void Views_HoldExactlyTheBufferAndAreRamItself()
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(100, Gfp.Atomic);
        Assert.IsTrue(memory.Kernel.TryTranslate(buffer.Address, out var start));

        using (var view = buffer.Write())
        {
            Assert.AreEqual(100, view.Bytes.Length);
            view.Bytes[99] = 0x5a;
        }

        Assert.AreEqual(0x5a, memory.Ram.Span(start + 99, 1)[0]);
        using var part = buffer.Read(99, 1);
        Assert.AreEqual(0x5a, part.Bytes[0]);
    }

    [TestMethod]
    [DataRow(0UL, 101UL)]
    [DataRow(100UL, 1UL)]
    [DataRow(101UL, 0UL)]
    [DataRow(1UL, ulong.MaxValue)]
    public void PartsOutsideTheBuffer_AreRefused(ulong offset, ulong length)
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(100, Gfp.Atomic);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.Read(offset, length).Bytes.Length);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.Write(offset, length).Bytes.Length);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.Slice(offset, length));
    }

    [TestMethod]
    public void AClosedView_HoldsNothing()
    {
        using var memory = new TestMemory();
        var view = memory.Kernel.Kmalloc(100, Gfp.Atomic).Write();

        view.Dispose();
        view.Dispose();

        Assert.AreEqual(0, view.Bytes.Length);
    }

    [TestMethod]
    public void TheWatch_HearsEveryViewOpenAndClose()
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(100, Gfp.Atomic);
        Assert.IsTrue(memory.Kernel.TryTranslate(buffer.Address, out var start));
        var watch = memory.Kernel.ViewWatch = new ViewWatch();

        using (var write = buffer.Write(8, 16))
        {
            Assert.AreEqual(new AddressRange<PhysAddr>(start + 8, 16), watch.LastOpened);
            using var first = buffer.Read();
            using var second = buffer.Read();
            Assert.AreEqual((2L, 1L), (watch.OpenReads, watch.OpenWrites));
        }

        Assert.AreEqual((0L, 0L), (watch.OpenReads, watch.OpenWrites));
    }

    [TestMethod]
    public void TheNullBuffer_SaysSo()
    {
        KernelBuffer none = default;

        Assert.IsTrue(none.IsNull);
        Assert.AreEqual("null buffer", none.ToString());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => none.Read().Bytes.Length).Message, "Check IsNull");
        Assert.IsTrue(default(KernelPages).Buffer.IsNull);
    }

    [TestMethod]
    public void Copies_ThatDoNotFit_ChangeNothing()
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(8, Gfp.Zero);
        var destination = new byte[9];

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.CopyFrom(new byte[] { 1, 2 }, offset: 7));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.CopyTo(destination));
        buffer.CopyFrom(new byte[] { 1, 2 }, offset: 6);
        buffer.CopyTo(destination.AsSpan(0, 8));

        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 0, 0, 0, 1, 2, 0 }, destination);
    }

    [TestMethod]
    public void PagesBuffer_IsTheBlockInTheDirectMap()
    {
        using var memory = new TestMemory();
        var pages = memory.Kernel.AllocPages(2, Gfp.Atomic);

        Assert.AreEqual(4 * 4096UL, pages.Buffer.LengthBytes);
        Assert.AreEqual(memory.Kernel.Layout.ToKernelAddr(pages.First.Start), pages.Buffer.Address);
        Assert.AreEqual(pages.Buffer.LengthBytes, pages.Buffer.SegmentAt(0).LengthBytes);
    }
}
