using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>A context stays after its entry has changed, until an invalidation names it.</summary>
[TestClass]
public sealed class ContextCacheScenarios
{
    private static readonly DomainId NewDomain = new(9);

    [TestMethod]
    [OnBothMachines]
    public void AChangedContext_IsNotSeenWithoutInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Moved(scenario);

        scenario.Unit.InvalidateIotlb();

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines(ContextGranularity.Global)]
    [OnBothMachines(ContextGranularity.Domain)]
    [OnBothMachines(ContextGranularity.Device)]
    [Shows(InvalidationCell.ContextGlobalByRegister)]
    [Shows(InvalidationCell.ContextDomainByRegister)]
    [Shows(InvalidationCell.ContextDeviceByRegister)]
    public void AContextInvalidationByRegister_ForgetsTheContext(MachineKind kind, object granularity)
    {
        using var scenario = Scenario.On(kind);
        Moved(scenario);

        var done = scenario.Unit.Issue(Of(scenario, (ContextGranularity)granularity, Scenario.Domain));
        scenario.Unit.InvalidateIotlb();

        Assert.AreEqual(Deviations.DomainContextIsGlobal.On(kind, (ContextGranularity)granularity, Widened((ContextGranularity)granularity)), done);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(2), 2);
    }

    [TestMethod]
    [OnBothMachines(ContextGranularity.Global)]
    [OnBothMachines(ContextGranularity.Domain)]
    [OnBothMachines(ContextGranularity.Device)]
    [Shows(InvalidationCell.ContextGlobalByQueue)]
    [Shows(InvalidationCell.ContextDomainByQueue)]
    [Shows(InvalidationCell.ContextDeviceByQueue)]
    public void AContextInvalidationByQueue_ForgetsTheContext(MachineKind kind, object granularity)
    {
        using var scenario = Scenario.On(kind);
        Moved(scenario);
        var queue = scenario.StartQueue();

        queue.SubmitAndWait(Of(scenario, (ContextGranularity)granularity, Scenario.Domain));
        queue.SubmitAndWait(IotlbInvalidation.Global());

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(2), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void InvalidatingAnotherDevicesContext_LeavesThisOne(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Moved(scenario);
        var queue = scenario.StartQueue();

        queue.SubmitAndWait(ContextInvalidation.OfDevice(Scenario.Domain, scenario.OtherEdu.Function.Address));
        queue.SubmitAndWait(IotlbInvalidation.Global());

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines(FunctionMask.None, 4, false)]
    [OnBothMachines(FunctionMask.HighBit, 4, true)]
    [OnBothMachines(FunctionMask.TwoHighBits, 6, true)]
    [OnBothMachines(FunctionMask.TwoHighBits, 1, false)]
    [OnBothMachines(FunctionMask.All, 7, true)]
    [OnBothMachines(FunctionMask.HighBit, 2, false)]
    public void AFunctionMask_NamesTheFunctionsThatDifferThereOnly(MachineKind kind, object mask, int function, bool named)
    {
        using var scenario = Scenario.On(kind);
        Moved(scenario);
        var queue = scenario.StartQueue();

        queue.SubmitAndWait(ContextInvalidation.OfDevice(Scenario.Domain, new Bdf(0, 4, function), (FunctionMask)mask));
        queue.SubmitAndWait(IotlbInvalidation.Global());

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(named ? 2 : 1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void InvalidatingAnotherDomainsContexts_MayForgetThisOneToo(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Moved(scenario);
        var queue = scenario.StartQueue();

        queue.SubmitAndWait(ContextInvalidation.OfDomain(new DomainId(77)));
        queue.SubmitAndWait(IotlbInvalidation.Global());

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(Deviations.DomainContextIsGlobal.On(kind, specification: 1, qemu: 2)), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void AnAbsentContext_IsNotRemembered_WithoutCachingMode(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Tables.ContextAddress(scenario.Edu.Function.Address);
        scenario.StartTranslation();
        scenario.Writes(Scenario.Somewhere, 1);
        scenario.ShouldFault(FaultReason.ContextEntryNotPresent, Scenario.Somewhere, IommuAccess.Write);

        var table = scenario.NewTable(4);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.Tables.Attach(scenario.Edu.Function.Address, Scenario.Domain, table);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines]
    public void ADetachedDevice_IsRefusedAfterInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);

        scenario.Tables.SetContext(scenario.Edu.Function.Address, 0, 0);
        scenario.Unit.InvalidateEverything();
        scenario.Writes(Scenario.Somewhere, 2);

        scenario.ShouldFault(FaultReason.ContextEntryNotPresent, Scenario.Somewhere, IommuAccess.Write);
        scenario.ShouldHold(Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines]
    public void ANewRootTable_IsUsedOnlyAfterItsPointerIsSet(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        var other = new IommuTables(scenario.Client, new AddressRange<PhysAddr>(new PhysAddr(0x0210_0000), 1 << 20));
        scenario.Unit.Write64(Contract.Registers.RegisterOffsets.RootTableAddress, other.Root.Value);
        scenario.Unit.InvalidateEverything();
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);

        scenario.Unit.SetRootTable(other.Root);
        scenario.Unit.InvalidateEverything();
        scenario.Writes(Scenario.Somewhere, 2);

        scenario.ShouldFault(FaultReason.RootEntryNotPresent, Scenario.Somewhere, IommuAccess.Write);
    }

    // The context points to a second table under a second domain, and the unit still has the first cached.
    private static void Moved(Scenario scenario)
    {
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
        var table = scenario.NewTable(4);
        table.Map(Scenario.Somewhere, Scenario.Frame(2), IommuAccess.ReadWrite);
        scenario.Tables.Attach(scenario.Edu.Function.Address, NewDomain, table);
    }

    private static ContextInvalidation Of(Scenario scenario, ContextGranularity granularity, DomainId domain) => granularity switch
    {
        ContextGranularity.Global => ContextInvalidation.Global(),
        ContextGranularity.Domain => ContextInvalidation.OfDomain(domain),
        _ => ContextInvalidation.OfDevice(domain, scenario.Edu.Function.Address),
    };

    private static ContextGranularity Widened(ContextGranularity granularity) =>
        granularity == ContextGranularity.Domain ? ContextGranularity.Global : granularity;
}
