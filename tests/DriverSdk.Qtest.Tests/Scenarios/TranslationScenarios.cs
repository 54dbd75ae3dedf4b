using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class TranslationScenarios
{
    private const string NoFiveLevels = "QEMU 7.2 has no five-level second-stage tables";

    private static readonly QtestIommuOptions FiveLevels = new() { AddressWidth = 57 };
    private static readonly QtestIommuOptions ThreeLevels = new() { AddressWidth = 39 };

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    [OnDriverSdk(NoFiveLevels, 5)]
    public void ADeviceWrites_WhereItsTableSays(MachineKind kind, int levels)
    {
        using var scenario = On(kind, levels);
        scenario.Translate(levels).Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);

        scenario.ShouldWrite(Scenario.Somewhere + 0x18, Scenario.Frame(1) + 0x18, 1);
    }

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    [OnDriverSdk(NoFiveLevels, 5)]
    public void ADeviceReads_WhereItsTableSays(MachineKind kind, int levels)
    {
        using var scenario = On(kind, levels);
        scenario.Translate(levels).Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.Put(Scenario.Frame(1) + 0x20, 7);

        var read = scenario.Reads(Scenario.Somewhere + 0x20);

        scenario.ShouldNotFault();
        CollectionAssert.AreEqual(Scenario.Marked(7), read);
    }

    [TestMethod]
    [OnBothMachines(3, 0x7f_ffff_e000UL)]
    [OnBothMachines(4, 0xffff_ffff_f000UL)]
    [OnDriverSdk(NoFiveLevels, 5, 0x1ff_ffff_ffff_f000UL)]
    public void TheLastPageOfATable_IsTranslated(MachineKind kind, int levels, ulong last)
    {
        using var scenario = On(kind, levels);
        scenario.Translate(levels).Map(new Iova(last), Scenario.Frame(2), IommuAccess.ReadWrite);

        scenario.ShouldWrite(new Iova(last + 0xff8), Scenario.Frame(2) + 0xff8, 2);
    }

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    [OnDriverSdk(NoFiveLevels, 5)]
    public void TheFirstPageOfATable_IsTranslated(MachineKind kind, int levels)
    {
        using var scenario = On(kind, levels);
        scenario.Translate(levels).Map(new Iova(0), Scenario.Frame(3), IommuAccess.ReadWrite);

        scenario.ShouldWrite(new Iova(0), Scenario.Frame(3), 3);
    }

    [TestMethod]
    [OnBothMachines(3, 0x80_0000_0000UL)]
    [OnBothMachines(4, 0x1_0000_0000_0000UL)]
    [OnDriverSdk(NoFiveLevels, 5, 0x200_0000_0000_0000UL)]
    [OnBothMachines(3, 0xffff_ffff_ffff_f000UL)]
    [OnBothMachines(4, 0xffff_ffff_ffff_f000UL)]
    [Shows(FaultReason.AddressBeyondWidth)]
    public void AnAddressBeyondTheTable_IsRefused(MachineKind kind, int levels, ulong beyond)
    {
        using var scenario = On(kind, levels);
        scenario.Translate(levels);

        scenario.Writes(new Iova(beyond), 1);

        scenario.ShouldFault(FaultReason.AddressBeyondWidth, new Iova(beyond), IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void AnAddressBeyondTheUnit_IsRefusedEvenWhenTheTableIsWideEnough(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, ThreeLevels);
        scenario.Translate(3);
        var beyond = new Iova(1UL << 39);

        scenario.TriesToRead(beyond);

        scenario.ShouldFault(FaultReason.AddressBeyondWidth, beyond, IommuAccess.Read);
    }

    [TestMethod]
    [OnBothMachines(0)]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    [OnBothMachines(3)]
    public void NeighboursInEveryLevel_AreKeptApart(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        var neighbour = Scenario.Somewhere + (1UL << (12 + (9 * level)));
        table.Map(Scenario.Somewhere, Scenario.Frame(4), IommuAccess.ReadWrite);
        table.Map(neighbour, Scenario.Frame(5), IommuAccess.ReadWrite);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(4), 4);
        scenario.ShouldWrite(neighbour, Scenario.Frame(5), 5);

        scenario.ShouldHold(Scenario.Frame(4), 4);
    }

    [TestMethod]
    [OnBothMachines]
    public void WithoutTranslation_AddressesArePhysical(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);

        scenario.ShouldWrite(new Iova(Scenario.Frame(6).Value), Scenario.Frame(6), 6);
    }

    [TestMethod]
    [OnBothMachines]
    public void SwitchingTranslationOff_MakesAddressesPhysicalAgain(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        var iova = new Iova(Scenario.Frame(7).Value);
        table.Map(iova, Scenario.Frame(8), IommuAccess.ReadWrite);
        scenario.ShouldWrite(iova, Scenario.Frame(8), 1);

        scenario.Unit.DisableTranslation();

        scenario.ShouldWrite(iova, Scenario.Frame(7), 2);
        scenario.ShouldHold(Scenario.Frame(8), 1);
    }

    [TestMethod]
    [OnBothMachines]
    public void TwoDevices_LiveInTheirOwnDomains(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var (first, second) = scenario.TranslateBoth();
        first.Map(Scenario.Somewhere, Scenario.Frame(9), IommuAccess.ReadWrite);
        second.Map(Scenario.Somewhere, Scenario.Frame(10), IommuAccess.ReadWrite);

        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 2);

        scenario.ShouldNotFault();
        scenario.ShouldHold(Scenario.Frame(9), 1);
        scenario.ShouldHold(Scenario.Frame(10), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void TwoDevicesOfOneDomain_ShareItsTable(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.NewTable(4);
        scenario.Tables.Attach(scenario.Edu.Function.Address, Scenario.Domain, table);
        scenario.Tables.Attach(scenario.OtherEdu.Function.Address, Scenario.Domain, table);
        table.Map(Scenario.Somewhere, Scenario.Frame(11), IommuAccess.ReadWrite);
        scenario.StartTranslation();

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(11), 1);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 2);

        scenario.ShouldNotFault();
        scenario.ShouldHold(Scenario.Frame(11), 2);
    }

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    public void APassThroughDevice_IsNotTranslated(MachineKind kind, int levels)
    {
        using var scenario = Scenario.On(kind);
        scenario.Tables.PassThrough(scenario.Edu.Function.Address, Scenario.Domain, levels);
        scenario.StartTranslation();

        scenario.ShouldWrite(new Iova(Scenario.Frame(12).Value + 8), Scenario.Frame(12) + 8, 3);
    }

    [TestMethod]
    [OnBothMachines]
    public void APassThroughDevice_LeavesTheOtherTranslated(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.NewTable(4);
        var iova = new Iova(Scenario.Frame(13).Value);
        table.Map(iova, Scenario.Frame(14), IommuAccess.ReadWrite);
        scenario.Tables.PassThrough(scenario.Edu.Function.Address, Scenario.Domain, 4);
        scenario.Tables.Attach(scenario.OtherEdu.Function.Address, Scenario.OtherDomain, table);
        scenario.StartTranslation();

        scenario.ShouldWrite(iova, Scenario.Frame(13), 1);
        Scenario.Writes(scenario.OtherEdu, iova, 2);

        scenario.ShouldHold(Scenario.Frame(14), 2);
        scenario.ShouldHold(Scenario.Frame(13), 1);
    }

    [TestMethod]
    [OnBothMachines(1)]
    [OnBothMachines(100)]
    [OnBothMachines(2040)]
    public void ATransferOfAnyLength_LandsWholly(MachineKind kind, int lengthBytes)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(15), IommuAccess.ReadWrite);

        scenario.Writes(Scenario.Somewhere + 5, 0, lengthBytes);

        scenario.ShouldNotFault();
        scenario.ShouldHold(Scenario.Frame(15) + 5, 0, lengthBytes);
        scenario.ShouldBeUntouched(Scenario.Frame(15), 5);
        scenario.ShouldBeUntouched(Scenario.Frame(15) + 5 + (ulong)lengthBytes);
    }

    private static Scenario On(MachineKind kind, int levels) => levels == 5 ? Scenario.On(kind, FiveLevels) : Scenario.On(kind);
}
