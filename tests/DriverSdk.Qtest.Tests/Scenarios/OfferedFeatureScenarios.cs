using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>What an entry may say depends on what the unit was told to offer: snoop control, device TLBs.</summary>
[TestClass]
public sealed class OfferedFeatureScenarios
{
    private const ulong Snoop = 1UL << 11;

    private static readonly QtestIommuOptions SnoopControl = new() { SnoopControl = true };
    private static readonly QtestIommuOptions DeviceIotlb = new() { DeviceIotlb = true };

    [TestMethod]
    [OnBothMachines(false)]
    [OnBothMachines(true)]
    public void SnoopControl_IsAnnounced(MachineKind kind, bool snoopControl)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { SnoopControl = snoopControl });

        Assert.AreEqual(snoopControl, new ExtendedCapability(scenario.Unit.ExtendedCapability).SnoopControl);
    }

    [TestMethod]
    [OnBothMachines(0)]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    public void WithSnoopControl_ALeafMayHaveItsSnoopBitSet(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind, SnoopControl);
        var table = scenario.Translate();
        var size = LeafSize(level);
        table.Map(AlignedDown(size), new PhysAddr(0), IommuAccess.ReadWrite, size);
        table.SetEntry(Scenario.Somewhere, level, table.ReadEntry(Scenario.Somewhere, level) | Snoop);
        var target = new PhysAddr(Target & size.OffsetMask);

        scenario.ShouldWrite(AlignedDown(size) + target.Value, target, 1);
    }

    [TestMethod]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    [OnBothMachines(3)]
    public void WithSnoopControl_ANonLeafEntryMayNot(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind, SnoopControl);
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        table.SetEntry(Scenario.Somewhere, level, table.ReadEntry(Scenario.Somewhere, level) | Snoop);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.PagingEntryReserved, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    public void WithoutSnoopControl_ALargeLeafMayNot(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(AlignedDown(LeafSize(level)), new PhysAddr(0), IommuAccess.ReadWrite, LeafSize(level));
        table.SetEntry(Scenario.Somewhere, level, table.ReadEntry(Scenario.Somewhere, level) | Snoop);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.PagingEntryReserved, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(false)]
    [OnBothMachines(true)]
    public void DeviceTlbs_AreAnnounced(MachineKind kind, bool deviceIotlb)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { DeviceIotlb = deviceIotlb });

        Assert.AreEqual(deviceIotlb, new ExtendedCapability(scenario.Unit.ExtendedCapability).DeviceTlb);
    }

    [TestMethod]
    [OnBothMachines]
    public void WithDeviceTlbs_AContextThatAdmitsThem_TranslatesOrdinaryRequestsToo(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, DeviceIotlb);
        var table = scenario.NewTable(4);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        AdmitDeviceTlb(scenario, table.Root);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines]
    public void WithDeviceTlbs_AContextThatAdmitsThem_RefusesWhatItsTableDoesNotGrant(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, DeviceIotlb);
        AdmitDeviceTlb(scenario, scenario.NewTable(4).Root);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
    }

    private const ulong Target = 0x0400_1000;

    private static PageSize LeafSize(int level) => level switch
    {
        0 => PageSize.Size4K,
        1 => PageSize.Size2M,
        _ => PageSize.Size1G,
    };

    private static Iova AlignedDown(PageSize size) => new(Scenario.Somewhere.Value & ~size.OffsetMask);

    private static void AdmitDeviceTlb(Scenario scenario, PhysAddr table)
    {
        scenario.Tables.SetContext(scenario.Edu.Function.Address, new ContextEntry
        {
            IsPresent = true,
            Type = TranslationType.WithDeviceTlb,
            SecondStageTable = table,
            Levels = 4,
            Domain = Scenario.Domain,
        });
        scenario.StartTranslation();
    }
}
