using DriverSdk.Contract.Faults;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class RegisterScenarios
{
    [TestMethod]
    [OnBothMachines(39, TableDepths.ThreeLevels)]
    [OnBothMachines(48, TableDepths.ThreeLevels | TableDepths.FourLevels)]
    public void TheAddressWidth_DecidesTheDepths(MachineKind kind, int width, object depths)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { AddressWidth = width });
        var capability = new Capability(scenario.Unit.Capability);

        Assert.AreEqual((TableDepths)depths, capability.SupportedDepths);
        Assert.AreEqual(width, capability.MaxGuestAddressWidth);
    }

    [TestMethod]
    [OnBothMachines(false)]
    [OnBothMachines(true)]
    public void CachingMode_IsAnnounced(MachineKind kind, bool cachingMode)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { CachingMode = cachingMode });

        Assert.AreEqual(cachingMode, new Capability(scenario.Unit.Capability).CachingMode);
    }

    [TestMethod]
    [OnBothMachines(false)]
    [OnBothMachines(true)]
    public void InterruptRemapping_IsAnnounced(MachineKind kind, bool remapping)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { InterruptRemapping = remapping });

        Assert.AreEqual(remapping, new ExtendedCapability(scenario.Unit.ExtendedCapability).InterruptRemapping);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheUsualUnit_AnnouncesWhatTheScenariosRelyOn(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);
        var capability = new Capability(scenario.Unit.Capability);
        var extended = new ExtendedCapability(scenario.Unit.ExtendedCapability);

        Assert.AreEqual(LargePages.Size2M | LargePages.Size1G, capability.LargePages);
        Assert.AreEqual(1, capability.FaultRecordCount);
        Assert.AreEqual(18, capability.MaxAddressMask);
        Assert.AreEqual(1 << 16, capability.DomainCount);
        Assert.IsTrue(capability is { PageSelectiveInvalidation: true, DrainsReads: true, DrainsWrites: true, CachingMode: false });
        Assert.IsTrue(extended is { QueuedInvalidation: true, PassThrough: true, SnoopControl: false, ScalableMode: false });
    }

    [TestMethod]
    [OnBothMachines]
    public void AfterPowerOn_NothingIsOn(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        Assert.AreEqual(0u, scenario.Unit.GlobalStatus);
        Assert.AreEqual(0u, scenario.Unit.FaultStatus);
        Assert.AreEqual(0UL, scenario.Unit.Read64(RegisterOffsets.RootTableAddress));
        Assert.AreEqual(0UL, scenario.Unit.Read64(RegisterOffsets.QueueHead));
    }

    [TestMethod]
    [OnBothMachines]
    public void TheGlobalCommand_ReadsAsZero(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);
        scenario.Translate();

        Assert.AreEqual(0u, scenario.Unit.Read32(RegisterOffsets.GlobalCommand));
    }

    [TestMethod]
    [OnBothMachines]
    public void TheGlobalStatus_CannotBeWritten(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        scenario.Unit.Write32(RegisterOffsets.GlobalStatus, uint.MaxValue);

        Assert.AreEqual(0u, scenario.Unit.GlobalStatus);
    }

    [TestMethod]
    [OnBothMachines]
    public void Capabilities_CannotBeWritten(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        scenario.Unit.Write64(RegisterOffsets.Capability, 0);
        scenario.Unit.Write64(RegisterOffsets.ExtendedCapability, 0);

        Assert.AreEqual(scenario.Unit.Capability, scenario.Unit.Read64(RegisterOffsets.Capability));
        Assert.AreEqual(scenario.Unit.ExtendedCapability, scenario.Unit.Read64(RegisterOffsets.ExtendedCapability));
    }

    [TestMethod]
    [OnBothMachines]
    public void ARegisterOf64Bits_CanBeReadAndWrittenInHalves(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        scenario.Unit.Write32(RegisterOffsets.RootTableAddress, 0x0123_4000);
        scenario.Unit.Write32(RegisterOffsets.RootTableAddress + 4, 0x2);

        Assert.AreEqual(0x2_0123_4000UL, scenario.Unit.Read64(RegisterOffsets.RootTableAddress));
        Assert.AreEqual(2u, scenario.Unit.Read32(RegisterOffsets.RootTableAddress + 4));
    }

    [TestMethod]
    [OnBothMachines]
    public void TheRootPointerBit_StaysSetInTheStatus(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        scenario.Unit.SetRootTable(scenario.Tables.Root);

        Assert.AreEqual(GlobalCommand.SetRootTablePointer, (GlobalCommand)scenario.Unit.GlobalStatus);
    }

    [TestMethod]
    [OnBothMachines]
    public void TranslationWithoutARootTable_IsRefused(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        scenario.Unit.Command(GlobalCommand.Translation, GlobalCommand.Translation);

        var expected = Deviations.TranslationWithoutRoot.On(kind, GlobalCommand.None, GlobalCommand.Translation);
        Assert.AreEqual(expected, (GlobalCommand)scenario.Unit.GlobalStatus & GlobalCommand.Translation);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheQueuesAddress_StaysWhileTheQueueIsOn(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);
        var queue = scenario.StartQueue();

        scenario.Unit.Write64(RegisterOffsets.QueueAddress, 0);
        queue.SubmitAndWait();

        Assert.AreEqual(1, queue.Head);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheQueuesHead_CannotBeWritten(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        scenario.Unit.Write64(RegisterOffsets.QueueHead, 0x40);

        Assert.AreEqual(0UL, scenario.Unit.Read64(RegisterOffsets.QueueHead));
    }

    [TestMethod]
    [OnBothMachines]
    public void AFaultRecord_CannotBeForged(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        scenario.Unit.Write64(scenario.Unit.FaultRecords, ulong.MaxValue);
        scenario.Unit.Write64(scenario.Unit.FaultRecords + 8, ulong.MaxValue);

        Assert.AreEqual(new FaultRecord(0, 0), scenario.Faults.Read(0));
    }

    [TestMethod]
    [OnBothMachines]
    public void ClearingOnePendingBit_KeepsTheRecordsOtherBits(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);
        scenario.Translate();
        scenario.Writes(Scenario.Somewhere, 1);

        scenario.Faults.Take();

        var record = scenario.Faults.Read(0);
        Assert.AreEqual((Scenario.Somewhere, FaultReason.WriteDenied, false), (record.Page, record.Reason, record.IsPending));
    }
}
