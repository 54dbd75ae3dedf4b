using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>Caching mode: software invalidates after every change, and then each change is seen; a unit may remember a refusal until then.</summary>
[TestClass]
public sealed class CachingModeScenarios
{
    private const string NoRefusalIsCached = "QEMU never caches a refusal";

    private static readonly QtestIommuOptions CachingMode = new() { CachingMode = true };
    private static readonly QtestIommuOptions RemembersRefusals = CachingMode with { Further = ["emu-cache=maximally-stale"] };

    [TestMethod]
    [OnBothMachines(IotlbGranularity.Global)]
    [OnBothMachines(IotlbGranularity.Domain)]
    [OnBothMachines(IotlbGranularity.Page)]
    public void APageThatFaulted_IsReachableOnceMappedAndInvalidatedByRegister(MachineKind kind, object granularity)
    {
        using var scenario = Scenario.On(kind, CachingMode);
        MapAfterAFault(scenario, scenario.Translate());

        scenario.Unit.Issue(Of((IotlbGranularity)granularity));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines(IotlbGranularity.Global)]
    [OnBothMachines(IotlbGranularity.Domain)]
    [OnBothMachines(IotlbGranularity.Page)]
    public void APageThatFaulted_IsReachableOnceMappedAndInvalidatedByQueue(MachineKind kind, object granularity)
    {
        using var scenario = Scenario.On(kind, CachingMode);
        var queue = scenario.StartQueue();
        MapAfterAFault(scenario, AttachedTable(scenario));

        queue.SubmitAndWait(Of((IotlbGranularity)granularity));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void AnUnmappedPage_StaysReachableWithoutInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, CachingMode);
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);

        table.Unmap(Scenario.Somewhere);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void AContextThatWasAbsent_IsSeenAfterAnInvalidationOfDomainZero(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, CachingMode);
        scenario.StartTranslation();
        scenario.Writes(Scenario.Somewhere, 1);
        scenario.Faults.Take();
        var table = scenario.NewTable(4);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.Tables.Attach(scenario.Edu.Function.Address, Scenario.Domain, table);

        scenario.Unit.Issue(ContextInvalidation.OfDevice(new DomainId(0), scenario.Edu.Function.Address));
        scenario.Unit.Issue(IotlbInvalidation.OfDomain(Scenario.Domain));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnDriverSdk(NoRefusalIsCached)]
    public void ARememberedRefusal_StandsUntilItsPageIsInvalidated(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, RemembersRefusals);
        MapAfterAFault(scenario, scenario.Translate());

        scenario.Writes(Scenario.Somewhere, 2);
        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        scenario.Unit.Issue(Of(IotlbGranularity.Page));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnDriverSdk(NoRefusalIsCached)]
    public void ARefusal_IsNotRememberedWithoutCachingMode(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, RemembersRefusals with { CachingMode = false });
        MapAfterAFault(scenario, scenario.Translate());

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnDriverSdk(NoRefusalIsCached)]
    public void ARememberedAbsentContext_StandsUntilDomainZeroIsInvalidated(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, RemembersRefusals);
        scenario.StartTranslation();
        scenario.Writes(Scenario.Somewhere, 1);
        scenario.Faults.Take();
        var table = scenario.NewTable(4);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.Tables.Attach(scenario.Edu.Function.Address, Scenario.Domain, table);

        scenario.Unit.Issue(ContextInvalidation.OfDevice(Scenario.Domain, scenario.Edu.Function.Address));
        scenario.Writes(Scenario.Somewhere, 2);
        scenario.ShouldFault(FaultReason.RootEntryNotPresent, Scenario.Somewhere, IommuAccess.Write);
        scenario.Unit.Issue(ContextInvalidation.OfDevice(new DomainId(0), scenario.Edu.Function.Address));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    private static IommuPageTable AttachedTable(Scenario scenario)
    {
        var table = scenario.NewTable(4);
        scenario.Tables.Attach(scenario.Edu.Function.Address, Scenario.Domain, table);
        scenario.Unit.SetRootTable(scenario.Tables.Root);
        scenario.Unit.EnableTranslation();
        return table;
    }

    private static void MapAfterAFault(Scenario scenario, IommuPageTable table)
    {
        scenario.Writes(Scenario.Somewhere, 1);
        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
    }

    private static IotlbInvalidation Of(IotlbGranularity granularity) => granularity switch
    {
        IotlbGranularity.Global => IotlbInvalidation.Global(),
        IotlbGranularity.Domain => IotlbInvalidation.OfDomain(Scenario.Domain),
        _ => IotlbInvalidation.OfPages(Scenario.Domain, Scenario.Somewhere, 0),
    };
}
