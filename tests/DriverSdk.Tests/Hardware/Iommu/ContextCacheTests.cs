using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class ContextCacheTests
{
    private const ulong Page = 0x1000;
    private static readonly DomainId OtherDomain = new(8);

    [TestMethod]
    public void AChangedContextEntry_IsUsedOnlyAfterTheInvalidation()
    {
        using var fixture = Cached(UnitFixture.Device);
        fixture.Invalidate(IotlbInvalidation.Global());
        Block(fixture, UnitFixture.Device);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.Invalidate(ContextInvalidation.Global());
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page);
    }

    [TestMethod]
    public void ADomainInvalidation_DropsTheContextsOfThatDomainOnly()
    {
        var other = new Bdf(2, 0, 0);
        using var fixture = Cached(UnitFixture.Device);
        fixture.Attach(other, OtherDomain).Map(Page, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameB, Page, source: other);
        Block(fixture, UnitFixture.Device, other);
        fixture.Invalidate(ContextInvalidation.OfDomain(OtherDomain));
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page, source: other);
    }

    [TestMethod]
    [DataRow((int)FunctionMask.None, 0b0000_0001)]
    [DataRow((int)FunctionMask.HighBit, 0b0001_0001)]
    [DataRow((int)FunctionMask.TwoHighBits, 0b0101_0101)]
    [DataRow((int)FunctionMask.All, 0b1111_1111)]
    public void ADeviceInvalidation_DropsTheFunctionsThatTheMaskSelects(int mask, int dropped)
    {
        var functions = Enumerable.Range(0, 8).Select(function => new Bdf(1, 4, function)).Append(new Bdf(1, 5, 0)).ToArray();
        using var fixture = Cached(functions);
        Block(fixture, functions);
        fixture.Invalidate(ContextInvalidation.OfDevice(UnitFixture.Domain, functions[0], (FunctionMask)mask));
        for (var i = 0; i < functions.Length; i++)
            Assert.AreEqual((dropped & (1 << i)) == 0, fixture.TryTranslate(Page, IommuAccess.Read, out _, functions[i]), functions[i].ToString());
    }

    [TestMethod]
    public void ADeviceInvalidation_WithAnotherDomain_DropsNothing()
    {
        using var fixture = Cached(UnitFixture.Device);
        Block(fixture, UnitFixture.Device);
        fixture.Invalidate(ContextInvalidation.OfDevice(OtherDomain, UnitFixture.Device));
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void AContextThatWasNotPresent_IsNotCached()
    {
        using var fixture = UnitFixture.Started(out _);
        var late = new Bdf(1, 6, 0);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page, source: late);
        fixture.Attach(late, UnitFixture.Domain).Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page, source: late);
    }

    [TestMethod]
    public void TheRegisterPath_DropsContexts_AndReportsTheGranularityDone()
    {
        using var fixture = new UnitFixture();
        fixture.Attach(UnitFixture.Device, UnitFixture.Domain).Map(Page, UnitFixture.FrameA);
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        Block(fixture, UnitFixture.Device);
        var command = new ContextCommand { Busy = true, Request = ContextInvalidation.OfDevice(UnitFixture.Domain, UnitFixture.Device) }.Value;
        fixture.Write32(RegisterOffsets.ContextCommand, (uint)command);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.Write32(RegisterOffsets.ContextCommand + 4, (uint)(command >> 32));
        var done = new ContextCommand(fixture.Read64(RegisterOffsets.ContextCommand));
        Assert.IsFalse(done.Busy);
        Assert.AreEqual(ContextGranularity.Device, done.Actual);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page);
    }

    [TestMethod]
    public void AFullContextCache_MakesRoomForOne()
    {
        using var fixture = Cached(new RemappingUnitOptions { Caches = new() { ContextEntries = 2 } }, new(1, 0, 0), new(1, 1, 0), new(1, 2, 0));
        Block(fixture, new Bdf(1, 0, 0), new Bdf(1, 1, 0), new Bdf(1, 2, 0));
        fixture.ShouldReach(UnitFixture.FrameA, Page, source: new Bdf(1, 1, 0));
        fixture.ShouldReach(UnitFixture.FrameA, Page, source: new Bdf(1, 2, 0));
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page, source: new Bdf(1, 0, 0));
    }

    [TestMethod]
    public void WithoutContextCache_AChangedContextIsUsedAtOnce()
    {
        using var fixture = Cached(new RemappingUnitOptions { Caches = new() { ContextEntries = 0 } }, UnitFixture.Device);
        Block(fixture, UnitFixture.Device);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page);
    }

    [TestMethod]
    public void UnusedBitsOfADomainId_AreIgnored()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { DomainCount = 16 });
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Domain = new DomainId(0x17), Levels = 4, SecondStageTable = table.Top });
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        table.Map(Page, UnitFixture.FrameB);
        fixture.Invalidate(IotlbInvalidation.OfDomain(new DomainId(7)));
        fixture.ShouldReach(UnitFixture.FrameB, Page);
    }

    private static UnitFixture Cached(params Bdf[] sources) => Cached(new RemappingUnitOptions(), sources);

    private static UnitFixture Cached(RemappingUnitOptions options, params Bdf[] sources)
    {
        var fixture = UnitFixture.Started(out var table, options);
        table.Map(Page, UnitFixture.FrameA);
        foreach (var source in sources)
        {
            fixture.SetContext(source, new ContextEntry { IsPresent = true, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });
            fixture.ShouldReach(UnitFixture.FrameA, Page, source: source);
        }

        return fixture;
    }

    private static void Block(UnitFixture fixture, params Bdf[] sources)
    {
        foreach (var source in sources)
            fixture.SetContext(source, default);
    }
}
