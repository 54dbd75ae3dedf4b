using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Tests.Kernel.Iommu;

[TestClass]
public sealed class UnitFeaturesTests
{
    private static readonly UnitFeatures Server = new()
    {
        Depths = TableDepths.ThreeLevels | TableDepths.FourLevels,
        AddressWidth = 48,
        LargePages = LargePages.Size2M | LargePages.Size1G,
        IsCoherent = true,
        PassesThrough = true,
    };

    private static readonly UnitFeatures Client = new() { Depths = TableDepths.ThreeLevels, AddressWidth = 39, LargePages = LargePages.Size2M, CachesNotPresent = true };

    [TestMethod]
    [DataRow("3", 39, 3, 39)]
    [DataRow("3 4", 48, 4, 48)]
    [DataRow("4", 40, 4, 40)]
    [DataRow("4 5", 57, 5, 57)]
    [DataRow("4 5", 48, 4, 48)]
    [DataRow("5", 48, 5, 48)]
    [DataRow("3", 48, 3, 39)]
    [DataRow("", 48, 0, 12)]
    public void Levels_OfEveryUnit_ReachItsAddresses(string depths, int addressWidth, int levels, int reachedBits)
    {
        var offered = depths.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(0, (sum, depth) => sum | (1 << (int.Parse(depth, null) - 2)));
        var features = new UnitFeatures { Depths = (TableDepths)offered, AddressWidth = addressWidth };
        Assert.AreEqual((levels, new Iova((1UL << reachedBits) - 1)), (features.Levels, features.Last));
    }

    [TestMethod]
    public void Intersect_OfTwo_CanBeWalkedByBoth()
    {
        var common = Server.Intersect(Client);
        Assert.AreEqual((3, LargePages.Size2M, false, true, false), (common.Levels, common.LargePages, common.IsCoherent, common.CachesNotPresent, common.PassesThrough));
        Assert.IsTrue(Server.CanWalk(common));
        Assert.IsTrue(Client.CanWalk(common));
    }

    [TestMethod]
    public void CanWalk_WhatTheUnitLacks_IsRefused()
    {
        Assert.IsTrue(Server.CanWalk(Server));
        Assert.IsFalse(Client.CanWalk(Server), "four levels");
        Assert.IsFalse((Server with { LargePages = LargePages.Size2M }).CanWalk(Server), "1 GiB pages");
        Assert.IsFalse((Server with { IsCoherent = false }).CanWalk(Server), "tables that nobody writes back");
        Assert.IsFalse((Server with { AddressWidth = 47 }).CanWalk(Server), "addresses it does not have");
        Assert.IsTrue(Server.CanWalk(Server with { IsCoherent = false }), "written back for somebody else");
        Assert.IsFalse(Server.CanWalk(new UnitFeatures()), "no tables at all");
    }
}
