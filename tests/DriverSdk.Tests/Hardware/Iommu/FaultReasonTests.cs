using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class FaultReasonTests
{
    private const ulong Page = 0x1234_5000;
    private static readonly PhysAddr OutsideRam = new(0x9000_0000);

    [TestMethod]
    public void RootEntryNotPresent_IsReported()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.ShouldFault(FaultReason.RootEntryNotPresent, Page, source: new Bdf(9, 0, 0));
    }

    [TestMethod]
    public void ContextEntryNotPresent_IsReported()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page, source: new Bdf(1, 1, 0));
    }

    [TestMethod]
    [DataRow((int)TranslationType.Reserved, 4)]
    [DataRow((int)TranslationType.WithDeviceTlb, 4)]
    [DataRow((int)TranslationType.UntranslatedOnly, 2)]
    [DataRow((int)TranslationType.UntranslatedOnly, 5)]
    public void ContextEntryInvalid_IsReportedForTypesAndDepthsNotOffered(int type, int levels)
    {
        using var fixture = UnitFixture.Started(out var table);
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Type = (TranslationType)type, Levels = levels, SecondStageTable = table.Top });
        fixture.ShouldFault(FaultReason.ContextEntryInvalid, Page);
    }

    [TestMethod]
    public void ContextEntryInvalid_IsReportedForPassThrough_WhenNotOffered()
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { PassThrough = false });
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = 4 });
        fixture.ShouldFault(FaultReason.ContextEntryInvalid, Page);
    }

    [TestMethod]
    [DataRow(3, 1UL << 39)]
    [DataRow(4, 1UL << 48)]
    public void AddressBeyondWidth_IsReportedForTheTablesWidth(int levels, ulong address)
    {
        using var fixture = UnitFixture.Started(out _);
        var table = fixture.Attach(UnitFixture.Device, UnitFixture.Domain, levels);
        table.Map(address - 0x1000, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, address - 0x1000);
        fixture.ShouldFault(FaultReason.AddressBeyondWidth, address);
    }

    [TestMethod]
    public void AddressBeyondWidth_IsReportedForPassThroughBeyondTheHostWidth()
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { HostAddressWidth = 40 });
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = 4 });
        fixture.ShouldReach(new PhysAddr((1UL << 40) - 1), (1UL << 40) - 1);
        fixture.ShouldFault(FaultReason.AddressBeyondWidth, 1UL << 40);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void WriteDenied_IsReportedWhicheverLevelDenies(int level)
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA);
        table.Edit(Page, level, entry => entry & ~(ulong)IommuAccess.Write);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.ShouldFault(FaultReason.WriteDenied, Page, IommuAccess.Write);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void ReadDenied_IsReportedWhicheverLevelDenies(int level)
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA);
        table.Edit(Page, level, entry => entry & ~(ulong)IommuAccess.Read);
        fixture.ShouldReach(UnitFixture.FrameA, Page, IommuAccess.Write);
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
    }

    [TestMethod]
    public void ReadDenied_AndWriteDenied_AreReportedForAnEmptyEntry()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        fixture.ClearRecord(0);
        fixture.ShouldFault(FaultReason.WriteDenied, Page, IommuAccess.Write);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void PagingEntryUnreadable_IsReportedForATableOutsideRam(int level)
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Edit(Page, level, _ => VtdSecondStageFormat.EncodeTable(OutsideRam));
        fixture.ShouldFault(FaultReason.PagingEntryUnreadable, Page);
    }

    [TestMethod]
    public void RootEntryUnreadable_IsReportedForARootTableOutsideRam()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.SetRootTable(TranslationTableMode.Legacy, OutsideRam);
        fixture.ShouldFault(FaultReason.RootEntryUnreadable, Page);
    }

    [TestMethod]
    public void ContextEntryUnreadable_IsReportedForAContextTableOutsideRam()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.SetRoot(1, new RootEntry { IsPresent = true, ContextTable = OutsideRam });
        fixture.ShouldFault(FaultReason.ContextEntryUnreadable, Page);
    }

    [TestMethod]
    [DataRow(0x2UL, 0UL)]
    [DataRow(0x800UL, 0UL)]
    [DataRow(1UL << 48, 0UL)]
    [DataRow(0UL, 1UL)]
    [DataRow(0UL, 1UL << 63)]
    public void RootEntryReserved_IsReported(ulong low, ulong high)
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.SetRoot(1, new RootEntry(low | 1, high));
        fixture.ShouldFault(FaultReason.RootEntryReserved, Page);
    }

    [TestMethod]
    [DataRow(0x10UL, 0UL)]
    [DataRow(0x800UL, 0UL)]
    [DataRow(1UL << 48, 0UL)]
    [DataRow(0UL, 0x80UL)]
    [DataRow(0UL, 1UL << 24)]
    public void ContextEntryReserved_IsReported(ulong low, ulong high)
    {
        using var fixture = UnitFixture.Started(out var table);
        var good = new ContextEntry { IsPresent = true, Levels = 4, SecondStageTable = table.Top };
        fixture.SetContext(UnitFixture.Device, new ContextEntry(good.Low | low, good.High | high));
        fixture.ShouldFault(FaultReason.ContextEntryReserved, Page);
    }

    [TestMethod]
    public void ContextEntry_IgnoredBits_AreIgnored()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA);
        var good = new ContextEntry { IsPresent = true, Levels = 4, SecondStageTable = table.Top };
        fixture.SetContext(UnitFixture.Device, good with { High = good.High | 0x78 });
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    [DataRow(0, 11)]
    [DataRow(0, 62)]
    [DataRow(0, 48)]
    [DataRow(0, 51)]
    [DataRow(1, 11)]
    [DataRow(1, 62)]
    [DataRow(3, 7)]
    [DataRow(3, 48)]
    public void PagingEntryReserved_IsReported(int level, int bit)
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA);
        table.Edit(Page, level, entry => entry | (1UL << bit));
        fixture.ShouldFault(FaultReason.PagingEntryReserved, Page);
    }

    [TestMethod]
    [DataRow(1, 12)]
    [DataRow(1, 20)]
    [DataRow(2, 12)]
    [DataRow(2, 29)]
    public void PagingEntryReserved_IsReportedForAddressBitsBelowALargePage(int level, int bit)
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, new PhysAddr(0), level: level);
        table.Edit(Page, level, entry => entry | (1UL << bit));
        fixture.ShouldFault(FaultReason.PagingEntryReserved, Page);
    }

    [TestMethod]
    [DataRow(LargePages.None, 1)]
    [DataRow(LargePages.Size2M, 2)]
    public void PagingEntryReserved_IsReportedForPageSizesNotOffered(LargePages offered, int level)
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { LargePages = offered });
        table.Map(Page, new PhysAddr(0), level: level);
        fixture.ShouldFault(FaultReason.PagingEntryReserved, Page);
    }

    [TestMethod]
    public void PagingEntryReserved_ComesAfterAMissingPermission()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA, IommuAccess.Read);
        table.Edit(Page, 0, entry => entry | (1UL << 11));
        fixture.ShouldFault(FaultReason.WriteDenied, Page, IommuAccess.Write);
    }

    [TestMethod]
    public void IgnoredBitsOfAnEntry_AreIgnored()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA);
        table.Edit(Page, 0, entry => entry | (1UL << 63) | (0x3ffUL << 52) | (0x7UL << 8) | 0xfc);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void ResultInInterruptRange_IsReported()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, InterruptMessage.Window.Start);
        table.Map(Page + 0x1000, new PhysAddr(0xfeef_f000));
        fixture.ShouldFault(FaultReason.ResultInInterruptRange, Page, IommuAccess.Write);
        fixture.ClearRecord(0);
        fixture.ShouldFault(FaultReason.ResultInInterruptRange, Page + 0x1000);
    }

    [TestMethod]
    public void ResultInInterruptRange_IsReportedForThatPartOfALargePageOnly()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0x4000_0000, new PhysAddr(0xc000_0000), level: 2);
        for (var again = 0; again < 2; again++)
        {
            Assert.IsTrue(fixture.TryTranslate(0x7edf_f010, IommuAccess.Read, out var page));
            Assert.AreEqual(new TranslatedPage(new PhysAddr(0xfedf_f010), 0xff0), page);
            fixture.ShouldFault(FaultReason.ResultInInterruptRange, 0x7ee0_0000);
            fixture.ClearRecord(0);
            fixture.ShouldReach(new PhysAddr(0xfef0_0000), 0x7ef0_0000);
        }
    }

    [TestMethod]
    [DataRow((int)TranslationTableMode.Scalable)]
    [DataRow((int)TranslationTableMode.Invalid)]
    public void TableModeInvalid_IsReported(int mode)
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.SetRootTable((TranslationTableMode)mode);
        fixture.ShouldFault(FaultReason.TableModeInvalid, Page);
    }

    [TestMethod]
    public void DmaAborted_IsReported_EvenWhenTheTranslationIsCached()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.SetRootTable(TranslationTableMode.AbortDma);
        fixture.ShouldFault(FaultReason.DmaAborted, Page);
    }

    [TestMethod]
    public void FaultProcessingDisable_SuppressesQualifiedFaultsOnly()
    {
        using var fixture = UnitFixture.Started(out var table);
        fixture.SetContext(UnitFixture.Device,
            new ContextEntry { IsPresent = true, DisablesFaultRecording = true, Levels = 4, SecondStageTable = table.Top });
        Assert.IsFalse(fixture.TryTranslate(Page, IommuAccess.Read, out _));
        Assert.IsFalse(fixture.Record(0).IsPending);
        fixture.SetContext(UnitFixture.Device, new ContextEntry { DisablesFaultRecording = true });
        fixture.Invalidate(ContextInvalidation.Global());
        Assert.IsFalse(fixture.TryTranslate(Page, IommuAccess.Read, out _));
        Assert.IsFalse(fixture.Record(0).IsPending);
        fixture.ShouldFault(FaultReason.RootEntryNotPresent, Page, source: new Bdf(9, 0, 0));
        Assert.AreEqual(3, fixture.Unit.CaptureStatistics().Faults);
    }
}
