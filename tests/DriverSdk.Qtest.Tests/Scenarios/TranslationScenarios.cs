using DriverSdk.Contract.Addressing;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class TranslationScenarios
{
    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    public void ADeviceWrites_WhereItsTableSays(MachineKind kind, int levels)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate(levels).Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);

        scenario.Writes(Scenario.Somewhere + 0x18, 1);

        scenario.ShouldNotFault();
        scenario.ShouldHold(Scenario.Frame(1) + 0x18, 1);
    }

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    public void ADeviceReads_WhereItsTableSays(MachineKind kind, int levels)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate(levels).Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.Put(Scenario.Frame(1) + 0x20, 7);

        var read = scenario.Reads(Scenario.Somewhere + 0x20);

        scenario.ShouldNotFault();
        CollectionAssert.AreEqual(Scenario.Marked(7), read);
    }
}
