using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>The first device sends its MSI; the interrupt table decides what becomes of it.</summary>
[TestClass]
public sealed class InterruptRemappingScenarios
{
    private const byte Vector = 0x61;
    private const byte OtherVector = 0x62;

    private static readonly RemappedInterrupt Good = RemappedInterrupt.To(0, Vector);
    private static readonly Bdf Source = TestMachines.EduFunction;

    [TestMethod]
    [OnBothMachines]
    public void WithoutRemapping_AMessageArrivesAsItIs(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);

        Send(scenario, InterruptMessage.To(0, OtherVector));

        ShouldDeliver(scenario, OtherVector);
    }

    [TestMethod]
    [OnBothMachines(0)]
    [OnBothMachines(1)]
    [OnBothMachines(255)]
    public void AHandle_NamesItsEntry(MachineKind kind, int index)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(index, Good);

        Send(scenario, InterruptTable.MessageOf(index));

        ShouldDeliver(scenario, Vector);
        scenario.ShouldNotFault();
    }

    [TestMethod]
    [OnBothMachines(0x8000)]
    [OnBothMachines(0xffff)]
    public void TheHandlesHighestBit_StandsApart(MachineKind kind, int index)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario, sizeOrder: 15).Set(index, Good);

        Send(scenario, InterruptTable.MessageOf(index));

        ShouldDeliver(scenario, Vector);
    }

    [TestMethod]
    [OnBothMachines(16, 0u, 16)]
    [OnBothMachines(16, 3u, 19)]
    [OnBothMachines(0, 200u, 200)]
    public void ASubhandle_IsAddedToTheHandle(MachineKind kind, int handle, uint subhandle, int index)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(index, Good);

        Send(scenario, InterruptTable.MessageOf(handle, subhandle));

        ShouldDeliver(scenario, Vector);
    }

    [TestMethod]
    [OnBothMachines]
    public void WithoutSubhandle_TheDataDoesNotMatter(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(5, Good);

        Send(scenario, InterruptTable.MessageOf(5) with { Data = 0x33 });

        ShouldDeliver(scenario, Vector);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.InterruptEntryNotPresent)]
    public void AnAbsentEntry_BlocksTheMessage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario);

        Send(scenario, InterruptTable.MessageOf(3));

        ShouldBlock(scenario, FaultReason.InterruptEntryNotPresent, 3);
    }

    [TestMethod]
    [OnBothMachines]
    public void AnAbsentEntryWithFaultProcessingDisabled_BlocksSilently(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(3, new RemappedInterrupt { Low = 0b10 });

        Send(scenario, InterruptTable.MessageOf(3));

        ShouldDeliverNothing(scenario);
        scenario.ShouldNotFault();
    }

    [TestMethod]
    [OnBothMachines(256, 0u, 256)]
    [OnBothMachines(255, 1u, 256)]
    [OnBothMachines(0x7fff, 0u, 0x7fff)]
    [Shows(FaultReason.InterruptIndexBeyondTable)]
    public void AnIndexBeyondTheTable_IsBlocked(MachineKind kind, int handle, uint subhandle, int index)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario);

        Send(scenario, subhandle == 0 ? InterruptTable.MessageOf(handle) : InterruptTable.MessageOf(handle, subhandle));

        ShouldBlock(scenario, FaultReason.InterruptIndexBeyondTable, index);
    }

    [TestMethod]
    [OnBothMachines(24, 0)]
    [OnBothMachines(31, 0)]
    [OnBothMachines(20, 1)]
    [OnBothMachines(63, 1)]
    [Shows(FaultReason.InterruptEntryReserved)]
    public void AReservedBitOfAnEntry_BlocksTheMessage(MachineKind kind, int bit, int half)
    {
        using var scenario = Scenario.On(kind);
        var entry = half == 0 ? Good with { Low = Good.Low | (1UL << bit) } : Good with { High = 1UL << bit };
        Remapping(scenario).Set(3, entry);

        Send(scenario, InterruptTable.MessageOf(3));

        ShouldBlock(scenario, FaultReason.InterruptEntryReserved, 3);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.InterruptEntryUnreadable)]
    public void ATableOutsideMemory_BlocksTheMessage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Unit.SetInterruptTable(new PhysAddr(0x8_0000_0000), 7);
        scenario.Unit.EnableInterruptRemapping();

        Send(scenario, InterruptTable.MessageOf(3));

        ShouldBlock(scenario, FaultReason.InterruptEntryUnreadable, 3);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.InterruptRequestReserved)]
    public void ASubhandleBeyondSixteenBits_IsBlocked(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(3, Good);

        // MSI data has sixteen bits; a write to the interrupt range by DMA has thirty-two.
        scenario.Writes(new Iova(InterruptTable.MessageOf(3, 0).Address.Value), 1, sizeof(uint));

        ShouldBlock(scenario, FaultReason.InterruptRequestReserved, null);
    }

    [TestMethod]
    [OnBothMachines]
    public void AMessageWrittenByDma_IsRemappedToo(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(3, Good);

        scenario.Writes(new Iova(InterruptTable.MessageOf(3).Address.Value), 1, sizeof(uint));

        ShouldDeliver(scenario, Vector);
    }

    [TestMethod]
    [OnBothMachines]
    public void ACompatibilityMessage_PassesWhenAllowed(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario);
        const GlobalCommand Compatibility = GlobalCommand.CompatibilityFormatInterrupts;
        scenario.Unit.Command(Compatibility, Compatibility);
        var expected = Deviations.NoCompatibilitySwitch.On(kind, Compatibility, GlobalCommand.None);
        Assert.AreEqual(expected, (GlobalCommand)scenario.Unit.GlobalStatus & Compatibility);

        Send(scenario, InterruptMessage.To(0, OtherVector));

        ShouldDeliver(scenario, OtherVector);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.CompatibilityInterruptBlocked)]
    public void ACompatibilityMessage_IsBlockedOtherwise(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario);

        Send(scenario, InterruptMessage.To(0, OtherVector));

        if (Deviations.CompatibilityPasses.On(kind, specification: false, qemu: true))
            ShouldDeliver(scenario, OtherVector);
        else
            ShouldBlock(scenario, FaultReason.CompatibilityInterruptBlocked, null);
    }

    [TestMethod]
    [OnBothMachines(4, 0, 0, true)]
    [OnBothMachines(4, 1, 0, false)]
    [OnBothMachines(4, 4, 0, false)]
    [OnBothMachines(4, 4, 1, true)]
    [OnBothMachines(4, 2, 1, false)]
    [OnBothMachines(4, 6, 2, true)]
    [OnBothMachines(4, 1, 2, false)]
    [OnBothMachines(4, 7, 3, true)]
    [OnBothMachines(5, 0, 3, false)]
    [Shows(FaultReason.InterruptSourceDenied)]
    public void ASourceId_IsComparedAsItsQualifierSays(MachineKind kind, int device, int function, int qualifier, bool passes)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(3, Good.OnlyFor(new Bdf(0, device, function), qualifier));

        Send(scenario, InterruptTable.MessageOf(3));

        if (passes)
            ShouldDeliver(scenario, Vector);
        else
            ShouldBlock(scenario, FaultReason.InterruptSourceDenied, 3);
    }

    [TestMethod]
    [OnBothMachines(0, 0, true, true)]
    [OnBothMachines(0, 7, true, false)]
    [OnBothMachines(7, 0, false, true)]
    [OnBothMachines(1, 7, false, false)]
    public void ABusRange_AdmitsItsBusesOnly(MachineKind kind, int first, int last, bool passes, bool passesInQemu)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(3, Good.OnlyForBuses((byte)first, (byte)last));

        Send(scenario, InterruptTable.MessageOf(3));

        if (Deviations.BusRangeOrder.On(kind, passes, passesInQemu))
            ShouldDeliver(scenario, Vector);
        else
            ShouldBlock(scenario, FaultReason.InterruptSourceDenied, 3);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheReservedSourceValidation_BlocksTheMessage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(3, Good with { High = 3UL << 18 });

        Send(scenario, InterruptTable.MessageOf(3));

        ShouldBlock(scenario, FaultReason.InterruptEntryReserved, 3);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(InvalidationCell.InterruptEntriesByIndex)]
    public void AChangedEntry_IsUsedAfterItsInvalidation(MachineKind kind) =>
        ChangedEntryIsUsed(kind, (ulong)InvalidationType.InterruptEntryCache | (1UL << 4) | (3UL << 32));

    [TestMethod]
    [OnBothMachines]
    [Shows(InvalidationCell.InterruptEntriesGlobal)]
    public void AChangedEntry_IsUsedAfterAGlobalInvalidation(MachineKind kind) =>
        ChangedEntryIsUsed(kind, (ulong)InvalidationType.InterruptEntryCache);

    [TestMethod]
    [OnBothMachines]
    public void AChangedEntry_MayBeUsedLaterWithoutInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = Remapping(scenario);
        table.Set(3, Good);
        Send(scenario, InterruptTable.MessageOf(3));

        table.Set(3, RemappedInterrupt.To(0, OtherVector));
        scenario.Edu.AcknowledgeInterrupt(1);
        scenario.Edu.RaiseInterrupt(1);

        Assert.AreEqual(Deviations.NoInterruptEntryCache.On(kind, Vector, OtherVector), scenario.Machine.DeliveredInterrupts()[^1].Vector);
    }

    [TestMethod]
    [OnBothMachines]
    public void SwitchingRemappingOff_LetsMessagesPassAgain(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Remapping(scenario).Set(3, Good);
        scenario.Unit.DisableInterruptRemapping();

        Send(scenario, InterruptMessage.To(0, OtherVector));

        ShouldDeliver(scenario, OtherVector);
    }

    [TestMethod]
    [OnBothMachines]
    public void AMessage_IsNeverTranslatedAsMemory(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(new Iova(0xfee0_0000), Scenario.Frame(1), IommuAccess.ReadWrite);

        Send(scenario, InterruptMessage.To(0, OtherVector));

        ShouldDeliver(scenario, OtherVector);
        scenario.ShouldBeUntouched(Scenario.Frame(1));
        scenario.ShouldNotFault();
    }

    private static void ChangedEntryIsUsed(MachineKind kind, ulong invalidation)
    {
        using var scenario = Scenario.On(kind);
        var table = Remapping(scenario);
        var queue = scenario.StartQueue();
        table.Set(3, Good);
        Send(scenario, InterruptTable.MessageOf(3));
        table.Set(3, RemappedInterrupt.To(0, OtherVector));

        queue.SubmitAndWait((invalidation, 0UL));
        scenario.Edu.AcknowledgeInterrupt(1);
        scenario.Edu.RaiseInterrupt(1);

        Assert.AreEqual(OtherVector, scenario.Machine.DeliveredInterrupts()[^1].Vector);
    }

    private static InterruptTable Remapping(Scenario scenario, int sizeOrder = 7)
    {
        var pages = Math.Max(1, (2 << sizeOrder) * RemappedInterrupt.SizeBytes / PageSize.CpuBytes);
        var table = new InterruptTable(scenario.Client, scenario.Tables.AllocatePages(pages), sizeOrder);
        scenario.Unit.SetInterruptTable(table.Start, sizeOrder);
        scenario.Unit.EnableInterruptRemapping();
        return table;
    }

    // Memory decoding and bus mastering stay on; only now does the device know where its message goes.
    private static void Send(Scenario scenario, InterruptMessage message)
    {
        scenario.Edu.Function.EnableMsi(message);
        scenario.Edu.RaiseInterrupt(1);
    }

    private static void ShouldDeliver(Scenario scenario, byte vector) =>
        Assert.AreEqual(new DeliveredInterrupt(0, vector), Relevant(scenario).SingleOrDefault(), $"{scenario.Kind}");

    private static void ShouldDeliverNothing(Scenario scenario) => Assert.IsEmpty(Relevant(scenario), $"{scenario.Kind}");

    private static DeliveredInterrupt[] Relevant(Scenario scenario) =>
        [.. scenario.Machine.DeliveredInterrupts().Where(message => message.Vector is Vector or OtherVector)];

    private static void ShouldBlock(Scenario scenario, FaultReason reason, int? index)
    {
        ShouldDeliverNothing(scenario);
        var found = scenario.Faults.Take();
        if (Deviations.NoInterruptFaults.On(scenario.Kind, specification: false, qemu: true))
        {
            Assert.IsEmpty(found);
            return;
        }

        Assert.HasCount(1, found);
        Assert.AreEqual((reason, Source), (found[0].Reason, found[0].Source));
        if (index is { } expected)
            Assert.AreEqual((ulong)expected, found[0].Low >> 48);
    }
}
