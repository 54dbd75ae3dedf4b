using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class PageCrossingScenarios
{
    private static readonly Iova Next = Scenario.Somewhere + 0x1000;

    [TestMethod]
    [OnBothMachines(0xff8UL, 16)]
    [OnBothMachines(0xfffUL, 2)]
    [OnBothMachines(0x801UL, 2040)]
    public void AWriteAcrossTwoPages_IsTranslatedPageByPage(MachineKind kind, ulong offset, int lengthBytes)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(5), IommuAccess.ReadWrite);
        table.Map(Next, Scenario.Frame(2), IommuAccess.ReadWrite);
        var before = 0x1000 - (int)offset;

        scenario.Writes(Scenario.Somewhere + offset, 0, lengthBytes);

        scenario.ShouldNotFault();
        var written = Scenario.Marked(0, lengthBytes);
        CollectionAssert.AreEqual(written[..Math.Min(before, lengthBytes)], scenario.Client.ReadBytes(Scenario.Frame(5) + offset, Math.Min(before, lengthBytes)));
        if (lengthBytes > before)
            CollectionAssert.AreEqual(written[before..], scenario.Client.ReadBytes(Scenario.Frame(2), lengthBytes - before));
    }

    [TestMethod]
    [OnBothMachines]
    public void AReadAcrossTwoPages_IsTranslatedPageByPage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(5), IommuAccess.ReadWrite);
        table.Map(Next, Scenario.Frame(2), IommuAccess.ReadWrite);
        scenario.Put(Scenario.Frame(5) + 0xff8, 4);
        scenario.Put(Scenario.Frame(2), 9);

        var read = scenario.Reads(Scenario.Somewhere + 0xff8, 16);

        scenario.ShouldNotFault();
        CollectionAssert.AreEqual((byte[])[.. Scenario.Marked(4), .. Scenario.Marked(9)], read);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheFaultOfTheSecondPage_LeavesTheFirstWritten(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(5), IommuAccess.ReadWrite);

        scenario.Writes(Scenario.Somewhere + 0xff8, 3, 16);

        scenario.ShouldFault(FaultReason.WriteDenied, Next, IommuAccess.Write);
        scenario.ShouldHold(Scenario.Frame(5) + 0xff8, 3);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheFaultOfTheFirstPage_NamesTheFirstPage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Next, Scenario.Frame(5), IommuAccess.ReadWrite);

        scenario.Writes(Scenario.Somewhere + 0xff8, 3, 8);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        scenario.ShouldBeUntouched(Scenario.Frame(5));
    }

    [TestMethod]
    [OnBothMachines]
    public void TheSecondPagesPermission_IsItsOwn(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(5), IommuAccess.ReadWrite);
        table.Map(Next, Scenario.Frame(6), IommuAccess.Read);

        scenario.Writes(Scenario.Somewhere + 0xff8, 3, 16);

        scenario.ShouldFault(FaultReason.WriteDenied, Next, IommuAccess.Write);
        scenario.ShouldBeUntouched(Scenario.Frame(6));
    }

    [TestMethod]
    [OnBothMachines]
    public void ATransferFromASmallIntoALargePage_LandsInBoth(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        var large = new Iova(0x12_4600_0000);
        table.Map(new Iova(large.Value - 0x1000), Scenario.Frame(7), IommuAccess.ReadWrite);
        table.Map(large, new PhysAddr(0x0600_0000), IommuAccess.ReadWrite, PageSize.Size2M);

        scenario.Writes(new Iova(large.Value - 8), 2, 16);

        scenario.ShouldNotFault();
        scenario.ShouldHold(Scenario.Frame(7) + 0xff8, 2);
        CollectionAssert.AreEqual(Scenario.Marked(2, 16)[8..], scenario.Client.ReadBytes(new PhysAddr(0x0600_0000), 8));
    }

    [TestMethod]
    [OnBothMachines]
    public void ATransferInsideALargePage_IsOnePiece(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var large = new Iova(0x12_4600_0000);
        scenario.Translate().Map(large, new PhysAddr(0x0600_0000), IommuAccess.ReadWrite, PageSize.Size2M);

        scenario.Writes(large + 0xff0, 2, 1024);

        scenario.ShouldNotFault();
        scenario.ShouldHold(new PhysAddr(0x0600_0ff0), 2, 1024);
    }
}
