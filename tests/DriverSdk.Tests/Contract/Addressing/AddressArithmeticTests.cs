using DriverSdk.Contract.Addressing;

namespace DriverSdk.Tests.Contract.Addressing;

[TestClass]
public sealed class AddressArithmeticTests
{
    [TestMethod]
    public void Addition_PastTheTop_Overflows()
    {
        Assert.AreEqual(new Iova(ulong.MaxValue), new Iova(ulong.MaxValue - 1) + 1);
        Assert.ThrowsExactly<OverflowException>(() => new Iova(ulong.MaxValue) + 1);
        Assert.ThrowsExactly<OverflowException>(() => new PhysAddr(ulong.MaxValue) + 1);
        Assert.ThrowsExactly<OverflowException>(() => new KernelAddr(ulong.MaxValue) + 1);
        Assert.ThrowsExactly<OverflowException>(() => new UserAddr(ulong.MaxValue) + 1);
        Assert.ThrowsExactly<OverflowException>(() => new Pfn(ulong.MaxValue) + 1);
    }

    [TestMethod]
    public void Subtraction_BelowZero_Overflows()
    {
        Assert.AreEqual(0x10UL, new Iova(0x1010) - new Iova(0x1000));
        Assert.ThrowsExactly<OverflowException>(() => new Iova(0x1000) - new Iova(0x1001));
        Assert.ThrowsExactly<OverflowException>(() => new PhysAddr(0) - new PhysAddr(1));
        Assert.ThrowsExactly<OverflowException>(() => new Pfn(0) - new Pfn(1));
    }

    [TestMethod]
    public void Pfn_OfTheLastPage_HasItsStart()
    {
        var last = Pfn.Containing(new PhysAddr(ulong.MaxValue));

        Assert.AreEqual(new PhysAddr(0xffff_ffff_ffff_f000), last.Start);
        Assert.ThrowsExactly<OverflowException>(() => (last + 1).Start);
    }

    [TestMethod]
    public void Order_FollowsTheValue()
    {
        Assert.IsTrue(new KernelAddr(0xffff_8880_0000_0000) > new KernelAddr(0x7fff_ffff_ffff));
        Assert.IsTrue(new Pfn(1) <= new Pfn(1));
        Assert.IsTrue(new Pfn(1) < new Pfn(2));
        Assert.AreEqual(-1, new PhysAddr(1).CompareTo(new PhysAddr(2)));
    }

    [TestMethod]
    [DataRow((byte)12, "4 KiB")]
    [DataRow((byte)21, "2 MiB")]
    [DataRow((byte)30, "1 GiB")]
    [DataRow((byte)39, "512 GiB")]
    [DataRow((byte)0, "1 B")]
    public void PageSize_PrintsWithItsUnit(byte shift, string text)
    {
        Assert.AreEqual(text, new PageSize(shift).ToString());
        Assert.AreEqual(new PageSize(shift).Bytes - 1, new PageSize(shift).OffsetMask);
    }

    [TestMethod]
    public void Bdf_ReadsWhatItPrints()
    {
        var nvme = new Bdf(1, 31, 7);

        Assert.AreEqual("01:1f.7", nvme.ToString());
        Assert.AreEqual(nvme, Bdf.Parse("01:1f.7"));
        Assert.AreEqual((1, 31, 7, 0xff), (nvme.Bus, nvme.Device, nvme.Function, nvme.DevFn));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Bdf(0, 32, 0));
        Assert.ThrowsExactly<FormatException>(() => Bdf.Parse("01:20.0"));
    }
}
