using DriverSdk.Contract.Acpi;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Acpi;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Tests.Kernel.Iommu;

[TestClass]
public sealed class PciPlaceTests
{
    private static readonly PciPlace RootPort = new(new Bdf(0, 4, 0)) { Kind = PciPortKind.ExpressPort, Isolates = true };
    private static readonly PciPlace OpenPort = RootPort with { Location = new Bdf(0, 5, 0), Isolates = false };
    private static readonly PciPlace ToPci = new(new Bdf(1, 0, 0)) { Kind = PciPortKind.ExpressToPci, Bridge = RootPort };

    [TestMethod]
    public void Requesters_BelowRootPorts_AreTheFunctionsOwn() =>
        CollectionAssert.AreEqual(new[] { new Bdf(1, 3, 0) }, new PciPlace(new Bdf(1, 3, 0)) { Bridge = RootPort }.Requesters.ToArray());

    [TestMethod]
    public void Requesters_BelowABridgeToPci_AreItsAliasToo()
    {
        CollectionAssert.AreEqual(new[] { new Bdf(2, 3, 0), new Bdf(2, 0, 0) }, new PciPlace(new Bdf(2, 3, 0)) { Bridge = ToPci }.Requesters.ToArray());
        CollectionAssert.AreEqual(new[] { new Bdf(2, 0, 0) }, new PciPlace(new Bdf(2, 0, 0)) { Bridge = ToPci }.Requesters.ToArray(), "one function has the alias as its own id");
    }

    [TestMethod]
    public void GroupKey_FunctionsOfOneDevice_IsTheSame()
    {
        var first = new PciPlace(new Bdf(0, 6, 0)) { IsOneOfSeveral = true };
        var second = first with { Location = new Bdf(0, 6, 3) };
        Assert.AreEqual(first.GroupKey, second.GroupKey);
        Assert.AreNotEqual(first.GroupKey, (second with { Isolates = true }).GroupKey);
        Assert.AreNotEqual(first.GroupKey, new PciPlace(new Bdf(0, 7, 0)).GroupKey);
    }

    [TestMethod]
    public void GroupKey_BelowBridges_IsThatOfTheUppermostThatDoesNotIsolate()
    {
        Assert.AreEqual(new Bdf(1, 3, 0), new PciPlace(new Bdf(1, 3, 0)) { Bridge = RootPort }.GroupKey);
        Assert.AreEqual(ToPci.Location, new PciPlace(new Bdf(2, 3, 0)) { Bridge = ToPci }.GroupKey);
        var below = RootPort with { Location = new Bdf(1, 1, 0), Bridge = OpenPort };
        Assert.AreEqual(OpenPort.Location, new PciPlace(new Bdf(2, 0, 0)) { Bridge = below }.GroupKey, "what isolates below does not help");
    }

    [TestMethod]
    [DataRow(DmarScopeType.Endpoint, 0, "04.0 00.0 03.0", 3)]
    [DataRow(DmarScopeType.Endpoint, 2, "03.0", 3)]
    [DataRow(DmarScopeType.Endpoint, 1, "00.0 03.0", 3)]
    [DataRow(DmarScopeType.Bridge, 0, "04.0", 1)]
    [DataRow(DmarScopeType.Bridge, 0, "04.0 00.0", 2)]
    [DataRow(DmarScopeType.Endpoint, 0, "04.0", 0)]
    [DataRow(DmarScopeType.Bridge, 0, "04.0 00.0 03.0", 0)]
    [DataRow(DmarScopeType.Endpoint, 0, "04.0 00.0 03.1", 0)]
    [DataRow(DmarScopeType.Endpoint, 0, "04.0 00.0 03.0 00.0", 0)]
    [DataRow(DmarScopeType.Endpoint, 9, "03.0", 0)]
    [DataRow(DmarScopeType.IoApic, 0, "04.0 00.0 03.0", 0)]
    public void DepthOf_AScope_IsWhatItNamesNearest(DmarScopeType type, int startBus, string path, int depth)
    {
        var steps = path.Split(' ').Select(step => (int.Parse(step[..2], null), int.Parse(step[3..], null))).ToArray();
        var scope = new DmarScope(type, 0, (byte)startBus, steps);
        Assert.AreEqual(depth, DmarScopes.DepthOf(scope, new PciPlace(new Bdf(2, 3, 0)) { Bridge = ToPci }));
    }

    [TestMethod]
    public void ReportMissing_FunctionThatIsNotThere_IsNamed()
    {
        var problems = new FirmwareProblems();
        var table = new DmarTable
        {
            Units =
            [
                new DmarUnit(new PhysAddr(0xFED9_1000),
                    [new DmarScope(DmarScopeType.Bridge, 0, 0, [(4, 0)]), new DmarScope(DmarScopeType.Endpoint, 0, 0, [(4, 0)]), new DmarScope(DmarScopeType.IoApic, 8, 0xff, [(0, 0)])]),
            ],
            Reservations = [new DmarReservation(new AddressRange<PhysAddr>(new PhysAddr(0x8_0000), 0x1000), [new DmarScope(DmarScopeType.Endpoint, 0, 0, [(9, 1)])])],
        };

        DmarScopes.ReportMissing(table, [RootPort, ToPci], problems);

        CollectionAssert.AreEqual(
            new[]
            {
                "The DMAR gives the unit at phys:0xfed91000 Endpoint at bus 00 > 04.0, but there is no such function; the scope is ignored.",
                "The DMAR reserves [phys:0x80000, +0x1000) for Endpoint at bus 00 > 09.1, but there is no such function; the scope is ignored.",
            },
            problems.All.ToArray());
    }
}
