using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class RequestAttributeTests
{
    private const ulong Page = 0x1234_5000;

    private static readonly DmaAttributes Translated = new() { AddressType = RequestAddressType.Translated };
    private static readonly DmaAttributes Asking = new() { AddressType = RequestAddressType.TranslationRequest };

    [TestMethod]
    [DataRow((int)TranslationType.UntranslatedOnly)]
    [DataRow((int)TranslationType.PassThrough)]
    public void TranslatedAndTranslationRequests_AreBlockedByOtherTypes(int type)
    {
        using var fixture = Started((TranslationType)type, out _);

        Assert.IsFalse(TryMove(fixture, Page, Translated));
        var record = TakeRecord(fixture);
        Assert.AreEqual(FaultReason.BlockedByTranslationType, record.Reason);
        Assert.AreEqual(RequestAddressType.Translated, record.AddressType);
        Assert.IsNull(record.Pasid);

        Assert.IsFalse(TryAsk(fixture, Page, IommuAccess.Read, out _));
        record = TakeRecord(fixture);
        Assert.AreEqual(FaultReason.BlockedByTranslationType, record.Reason);
        Assert.AreEqual(RequestAddressType.TranslationRequest, record.AddressType);
    }

    [TestMethod]
    public void ATypeWithDeviceTlb_TranslatesPlainRequestsAsBefore()
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out var table);
        table.Map(Page, UnitFixture.FrameA);

        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.ShouldFault(FaultReason.ReadDenied, Page + 0x1000);
    }

    [TestMethod]
    public void TranslatedRequests_PassAsTheyAre_ButNotIntoTheInterruptRangeOrBeyondTheHost()
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out _);

        Assert.IsTrue(fixture.Unit.TryTranslate(UnitFixture.Device, new Iova(Page), IommuAccess.Write, Translated, out var page));
        Assert.AreEqual(new PhysAddr(Page), page.Address);

        Assert.IsFalse(TryMove(fixture, InterruptMessage.WindowStart, Translated));
        Assert.AreEqual(FaultReason.ResultInInterruptRange, TakeRecord(fixture).Reason);
        Assert.IsFalse(TryMove(fixture, 1UL << 48, Translated));
        Assert.AreEqual(FaultReason.AddressBeyondWidth, TakeRecord(fixture).Reason);
    }

    [TestMethod]
    [DataRow((int)RequestAddressType.Untranslated)]
    [DataRow((int)RequestAddressType.Translated)]
    public void RequestsWithPasid_AreRefusedInLegacyMode_BeforeAnyTableIsRead(int type)
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out _);
        var attributes = new DmaAttributes { Pasid = new Pasid(0xf_0001), Privilege = DmaPrivilege.Supervisor, IsExecute = true, AddressType = (RequestAddressType)type };

        Assert.IsFalse(fixture.Unit.TryTranslate(new Bdf(9, 0, 0), new Iova(Page), IommuAccess.Read, attributes, out _), "bus 9 has no root entry");

        var record = TakeRecord(fixture);
        Assert.AreEqual(FaultReason.PasidRequestInLegacyMode, record.Reason);
        Assert.AreEqual(new Pasid(0xf_0001), record.Pasid);
        Assert.IsTrue(record.IsPrivileged && record.IsExecute);
        Assert.AreEqual((RequestAddressType)type, record.AddressType);
        Assert.AreEqual(0xf_0001UL, (record.High >> 40) & 0xf_ffff);
        Assert.AreEqual(7UL, (record.High >> 29) & 7);
    }

    [TestMethod]
    [DataRow((int)IommuAccess.ReadWrite, (int)IommuAccess.ReadWrite, (int)IommuAccess.ReadWrite)]
    [DataRow((int)IommuAccess.ReadWrite, (int)IommuAccess.Read, (int)IommuAccess.Read)]
    [DataRow((int)IommuAccess.Read, (int)IommuAccess.ReadWrite, (int)IommuAccess.Read)]
    [DataRow((int)IommuAccess.Read, (int)IommuAccess.Write, (int)IommuAccess.None)]
    [DataRow((int)IommuAccess.None, (int)IommuAccess.ReadWrite, (int)IommuAccess.None)]
    public void TranslationRequests_AreGrantedWhatTablesAndDeviceBothSay(int mapped, int wanted, int granted)
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out var table);
        table.Map(Page, UnitFixture.FrameA, (IommuAccess)mapped);

        Assert.IsTrue(TryAsk(fixture, Page + 0x123, (IommuAccess)wanted, out var answer));

        var expected = granted == 0 ? default : new DmaTranslation(UnitFixture.FrameA, 4096, (IommuAccess)granted);
        Assert.AreEqual(expected, answer);
        Assert.IsFalse(fixture.Record(0).IsPending, "an answer is no fault");
    }

    [TestMethod]
    public void TranslationRequests_LearnLargePages_ButOnlySmallPiecesBesideTheInterruptRange()
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out var table);
        table.Map(0x4000_0000, new PhysAddr(0xc000_0000), level: 2);
        table.Map(0x8020_0000, UnitFixture.FrameA, level: 1);

        Assert.IsTrue(TryAsk(fixture, 0x8030_1234, IommuAccess.Read, out var answer));
        Assert.AreEqual(new DmaTranslation(UnitFixture.FrameA, 2 << 20, IommuAccess.Read), answer);
        Assert.IsTrue(TryAsk(fixture, 0x4000_1234, IommuAccess.Read, out answer));
        Assert.AreEqual(new DmaTranslation(new PhysAddr(0xc000_1000), 4096, IommuAccess.Read), answer);
        Assert.IsFalse(TryAsk(fixture, 0x7ee0_0000, IommuAccess.Read, out _));
        Assert.AreEqual(FaultReason.ResultInInterruptRange, TakeRecord(fixture).Reason);
    }

    [TestMethod]
    public void TranslationRequests_MeetBrokenTables_AsFaults()
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out var table);
        table.Map(Page, UnitFixture.FrameA);
        table.Edit(Page, 1, _ => 0x9000_0003);

        Assert.IsFalse(TryAsk(fixture, Page, IommuAccess.Read, out _));
        Assert.AreEqual(FaultReason.PagingEntryUnreadable, TakeRecord(fixture).Reason);
        Assert.IsFalse(TryAsk(fixture, 1UL << 48, IommuAccess.Read, out _));
        Assert.AreEqual(FaultReason.AddressBeyondWidth, TakeRecord(fixture).Reason);
        Assert.IsFalse(TryAsk(fixture, Page, IommuAccess.Read, out _, new Bdf(9, 0, 0)));
        Assert.AreEqual(FaultReason.RootEntryNotPresent, TakeRecord(fixture).Reason);
        Assert.IsTrue(TryAsk(fixture, InterruptMessage.WindowStart, IommuAccess.ReadWrite, out var answer));
        Assert.AreEqual(default, answer);
    }

    [TestMethod]
    public void WhileNothingIsTranslated_NobodyAnswers_AndNothingIsRecorded()
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out _);
        fixture.CommandOff(GlobalCommand.Translation);

        Assert.IsFalse(TryMove(fixture, Page, Translated));
        Assert.IsFalse(TryMove(fixture, Page, new DmaAttributes { Pasid = default(Pasid) }));
        Assert.IsFalse(TryAsk(fixture, Page, IommuAccess.Read, out _));
        Assert.IsFalse(fixture.Record(0).IsPending);

        fixture.SetRootTable(TranslationTableMode.AbortDma);
        fixture.Command(GlobalCommand.Translation);
        Assert.IsFalse(TryAsk(fixture, Page, IommuAccess.Read, out _));
        Assert.AreEqual(FaultReason.DmaAborted, TakeRecord(fixture).Reason);
    }

    [TestMethod]
    public void ADeviceTlbInvalidation_IsTaken()
    {
        using var fixture = Started(TranslationType.WithDeviceTlb, out _);
        Assert.IsTrue(fixture.Unit.ExtendedCapability.DeviceTlb);
        fixture.Submit(new InvalidationDescriptor((ulong)InvalidationType.DeviceTlb | ((ulong)UnitFixture.Device.Value << 32), Page));
        Assert.AreEqual(1, fixture.QueueHead);
        Assert.IsFalse(fixture.FaultStatus.QueueError);
    }

    private static UnitFixture Started(TranslationType type, out TestTable table)
    {
        var fixture = UnitFixture.Started(out table, new RemappingUnitOptions { DeviceTlb = true });
        fixture.SetContext(UnitFixture.Device,
            new ContextEntry { IsPresent = true, Type = type, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });
        return fixture;
    }

    private static bool TryMove(UnitFixture fixture, ulong address, DmaAttributes attributes) =>
        fixture.Unit.TryTranslate(UnitFixture.Device, new Iova(address), IommuAccess.Read, attributes, out _);

    private static bool TryAsk(UnitFixture fixture, ulong address, IommuAccess access, out DmaTranslation answer, Bdf? source = null) =>
        fixture.Unit.TryAnswer(source ?? UnitFixture.Device, new Iova(address), access, Asking, out answer);

    private static FaultRecord TakeRecord(UnitFixture fixture)
    {
        var record = fixture.Record(0);
        Assert.IsTrue(record.IsPending, "no fault was recorded");
        fixture.ClearRecord(0);
        return record;
    }
}
