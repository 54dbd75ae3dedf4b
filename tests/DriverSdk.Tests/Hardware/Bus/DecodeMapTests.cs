using DriverSdk.Hardware.Bus;

namespace DriverSdk.Tests.Hardware.Bus;

[TestClass]
public sealed class DecodeMapTests
{
    private const int Space = 512;

    [TestMethod]
    public void RandomRegions_AreDecodedLikeAPaintedArray()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var regions = Enumerable.Range(0, random.Next(1, 12)).Select(tag => RandomRegion(random, (ulong)tag)).ToArray();
            var map = new DecodeMap(regions);
            for (var address = 0UL; address < Space; address++)
            {
                var owner = regions.Where(region => region.Start <= address && address <= region.Last).Cast<MmioRegion?>().FirstOrDefault();
                var found = map.TryFind(address, address, out var region);
                Assert.AreEqual(owner is not null, found, $"seed {seed}, round {round}, address {address}");
                if (owner is { } expected)
                {
                    Assert.AreSame(expected.Target, region.Target, $"seed {seed}, round {round}, address {address}");
                    Assert.AreEqual(address - expected.Start, address - region.Start + region.TargetOffset, $"seed {seed}, round {round}, address {address}");
                }
            }
        }
    }

    [TestMethod]
    public void TopOfTheAddressSpace_NeedsNoSpecialCase()
    {
        var below = new EchoTarget(1);
        var map = new DecodeMap([new(ulong.MaxValue - 7, ulong.MaxValue, new EchoTarget(2), 0), new(ulong.MaxValue - 15, ulong.MaxValue, below, 0)]);

        Assert.AreEqual(2, map.Regions.Count);
        Assert.IsTrue(map.TryFind(ulong.MaxValue - 8, ulong.MaxValue - 8, out var region));
        Assert.AreSame(below, region.Target);
        Assert.IsFalse(map.TryFind(ulong.MaxValue - 8, ulong.MaxValue - 7, out _), "it straddles two targets");
    }

    private static MmioRegion RandomRegion(Random random, ulong tag)
    {
        var start = (ulong)random.Next(Space);
        return new MmioRegion(start, start + (ulong)random.Next(1, 100), new EchoTarget(tag), TargetOffset: 0);
    }
}
