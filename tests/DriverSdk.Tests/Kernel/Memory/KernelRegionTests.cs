using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class KernelRegionTests
{
    [TestMethod]
    [DataRow(0UL, MemoryRegion.Unmapped)]
    [DataRow(0x7fff_ffff_ffffUL, MemoryRegion.Unmapped)]
    [DataRow(0xffff_8880_0000_0000UL, MemoryRegion.DirectMap)]
    [DataRow(0xffff_887f_ffff_ffffUL, MemoryRegion.Unmapped)]
    [DataRow(0xffff_8880_7fff_ffffUL, MemoryRegion.DirectMap)]
    [DataRow(0xffff_8880_8000_0000UL, MemoryRegion.Unmapped)]
    [DataRow(0xffff_8881_0000_0000UL, MemoryRegion.DirectMap)]
    [DataRow(0xffff_8881_4000_0000UL, MemoryRegion.Unmapped)]
    [DataRow(0xffff_c900_0000_0000UL, MemoryRegion.Unmapped)]
    [DataRow(0xffff_c910_0000_0000UL, MemoryRegion.Unmapped)]
    [DataRow(0xffff_ffff_80ff_ffffUL, MemoryRegion.Unmapped)]
    [DataRow(0xffff_ffff_8100_0000UL, MemoryRegion.Text)]
    [DataRow(0xffff_ffff_811f_ffffUL, MemoryRegion.Text)]
    [DataRow(0xffff_ffff_8120_0000UL, MemoryRegion.Rodata)]
    [DataRow(0xffff_ffff_8130_0000UL, MemoryRegion.Data)]
    [DataRow(0xffff_ffff_813f_ffffUL, MemoryRegion.Data)]
    [DataRow(0xffff_ffff_8140_0000UL, MemoryRegion.Unmapped)]
    [DataRow(ulong.MaxValue, MemoryRegion.Unmapped)]
    public void AnAddress_LiesInItsRegion_AndIsMappedExactlyThere(ulong address, MemoryRegion expected)
    {
        using var memory = new TestMemory(3 * TestMemory.GiB);
        var where = new KernelAddr(address);

        Assert.AreEqual(expected, memory.Kernel.RegionOf(where));
        Assert.AreEqual(expected != MemoryRegion.Unmapped, memory.Kernel.TryTranslate(where, out _));
    }

    [TestMethod]
    public void TheDirectMapAndTheImage_TranslateByAFixedOffset()
    {
        using var memory = new TestMemory();

        Assert.IsTrue(memory.Kernel.TryTranslate(memory.Kernel.Layout.ToKernelAddr(new PhysAddr(0x12345)), out var direct));
        Assert.IsTrue(memory.Kernel.TryTranslate(KernelLayout.Data.Start + 0x10, out var data));

        Assert.AreEqual(new PhysAddr(0x12345), direct);
        Assert.AreEqual(new PhysAddr((19UL << 20) + 0x10), data);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Kernel.Layout.ToKernelAddr(new PhysAddr(64 * TestMemory.MiB)));
    }

    [TestMethod]
    public void TextAndConstants_AreReadOnly_DataIsNot()
    {
        using var memory = new TestMemory();
        var text = memory.Kernel.BufferAt(KernelLayout.Text.Start, 64);
        var data = memory.Kernel.BufferAt(KernelLayout.Data.Start, 64);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => text.Write().Bytes.Length).Message, "Text, which is read-only");
        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.BufferAt(KernelLayout.Rodata.Start, 1).Write().Bytes.Length);
        using (var view = text.Read())
            Assert.AreEqual(64, view.Bytes.Length);
        using (var view = data.Write())
            view.Bytes[0] = 1;
    }

    [TestMethod]
    public void BufferAt_RefusesHoles()
    {
        using var memory = new TestMemory();
        var area = memory.Vmalloc(4096);

        Assert.AreEqual(16UL, memory.Kernel.BufferAt(area.Address + 4080, 16).LengthBytes);
        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.BufferAt(area.Address + 4080, 17));
        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.BufferAt(KernelLayout.Data.Last, 2));
        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.BufferAt(default, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Kernel.BufferAt(area.Address, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Kernel.BufferAt(new KernelAddr(ulong.MaxValue), 2));
    }
}
