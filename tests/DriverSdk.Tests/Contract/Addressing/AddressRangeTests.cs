using System.Numerics;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Tests.Contract.Addressing;

[TestClass]
public sealed class AddressRangeTests
{
    private static readonly AddressRange<Iova> TopPage = new(new Iova(0xffff_ffff_ffff_f000), 0x1000);

    [TestMethod]
    public void Last_OfTheTopPage_IsTheTopByte()
    {
        Assert.AreEqual(new Iova(ulong.MaxValue), TopPage.Last);
        Assert.IsTrue(TopPage.Contains(TopPage.Last));
        Assert.IsTrue(TopPage.Contains(TopPage));
        Assert.IsFalse(TopPage.Contains(new Iova(0xffff_ffff_ffff_efff)));
        Assert.IsFalse(TopPage.Contains(new Iova(0)));
    }

    [TestMethod]
    public void Construction_PastTheTop_Throws()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new AddressRange<Iova>(TopPage.Start, 0x1001));
        StringAssert.Contains(error.Message, "at most 0x1000 bytes");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new AddressRange<PhysAddr>(new PhysAddr(2), ulong.MaxValue));
    }

    [TestMethod]
    public void EmptyRange_HoldsAndOverlapsNothing()
    {
        var empty = new AddressRange<Iova>(new Iova(0x1000), 0);

        Assert.IsTrue(empty.IsEmpty);
        Assert.IsFalse(empty.Contains(empty.Start));
        Assert.IsFalse(empty.Overlaps(new AddressRange<Iova>(default, ulong.MaxValue)));
        Assert.IsFalse(new AddressRange<Iova>(default, ulong.MaxValue).Contains(empty));
        Assert.AreEqual(default, new AddressRange<Iova>(default, 0));
    }

    [TestMethod]
    public void ToString_NamesSpaceStartAndLength() =>
        Assert.AreEqual("[iova:0xfffffffffffff000, +0x1000)", TopPage.ToString());

    [TestMethod]
    public void ContainsAndOverlaps_AgreeWithUnboundedArithmetic()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var left = Draw(random);
            var right = Draw(random);
            var probe = Draw(random).Start;

            Assert.AreEqual(First(left) < End(right) && First(right) < End(left) && !left.IsEmpty && !right.IsEmpty, left.Overlaps(right), $"seed {seed}: {left} {right}");
            Assert.AreEqual(!right.IsEmpty && First(left) <= First(right) && End(right) <= End(left), left.Contains(right), $"seed {seed}: {left} {right}");
            Assert.AreEqual(First(left) <= probe.Value && probe.Value < End(left), left.Contains(probe), $"seed {seed}: {left} {probe}");
        }
    }

    private static BigInteger First(AddressRange<PhysAddr> range) => range.Start.Value;

    private static BigInteger End(AddressRange<PhysAddr> range) => First(range) + range.LengthBytes;

    // Few distinct values near both ends of the space, so that borders meet often.
    private static AddressRange<PhysAddr> Draw(Random random)
    {
        var near = (ulong)random.Next(12);
        var start = random.Next(2) == 0 ? near : ulong.MaxValue - near;
        var most = start == 0 ? ulong.MaxValue : ulong.MaxValue - start + 1;
        return new AddressRange<PhysAddr>(new PhysAddr(start), Math.Min((ulong)random.Next(12), most));
    }
}
