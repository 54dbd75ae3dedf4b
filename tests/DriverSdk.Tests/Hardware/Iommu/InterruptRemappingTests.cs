using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class InterruptRemappingTests
{
    private static readonly InterruptMessage Compatibility = InterruptMessage.To(1, 0x41);

    [TestMethod]
    public void AHandle_StandsForWhatItsEntrySays()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetEntry(7, InterruptFixture.Good(cpu: 3, vector: 0x62) with
        {
            DestinationMode = InterruptDestinationMode.Logical,
            RedirectionHint = true,
            DeliveryMode = InterruptDeliveryMode.LowestPriority,
            Trigger = InterruptTrigger.Level,
        });
        Assert.AreEqual(new CpuInterrupt { Destination = 2, Vector = 0x51 }, fixture.ShouldRemap(RemappableMessage.Of(5)));
        var expected = new CpuInterrupt
        {
            Destination = 3,
            Vector = 0x62,
            DestinationMode = InterruptDestinationMode.Logical,
            RedirectionHint = true,
            DeliveryMode = InterruptDeliveryMode.LowestPriority,
        };
        Assert.AreEqual(expected, fixture.ShouldRemap(RemappableMessage.Of(7)));
        Assert.AreEqual(new InterruptStatistics(Remapped: 2, Refused: 0, EntryReads: 2, Invalidations: 0), fixture.Statistics);
    }

    [TestMethod]
    public void TheBitsThatSoftwareMayUse_AreIgnored()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetEntry(6, new InterruptEntry(InterruptFixture.Good().Low | 0xf00, 0));
        Assert.AreEqual(0x51, fixture.ShouldRemap(RemappableMessage.Of(6)).Vector);
    }

    [TestMethod]
    public void DataWithoutASubHandle_IsIgnored()
    {
        using var fixture = InterruptFixture.Remapping();
        Assert.AreEqual(0x51, fixture.ShouldRemap(RemappableMessage.Of(5) with { Data = 0xffff_ffff }).Vector);
    }

    [TestMethod]
    public void ASubHandle_IsAddedToTheHandle()
    {
        using var fixture = InterruptFixture.Remapping();
        Assert.AreEqual(0x51, fixture.ShouldRemap(RemappableMessage.Of(2, subHandle: 3)).Vector);
    }

    [TestMethod]
    public void TheHandlesHighBit_IsAddressBit2()
    {
        using var fixture = InterruptFixture.Remapping();
        var big = new PhysAddr(0x100_0000);
        fixture.Base.Write(big + (0x8005UL * 16), InterruptFixture.Good(vector: 0x77).Low);
        fixture.SetTable(new InterruptTableAddress { Table = big, EntryCount = 65536 });
        Assert.AreEqual(0x77, fixture.ShouldRemap(new InterruptMessage(new PhysAddr(0xfee0_00b4), 0)).Vector);
    }

    [TestMethod]
    public void AMessage_IsRefused_ForReservedDataBesideASubHandle()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.ShouldRefuse(FaultReason.InterruptRequestReserved, RemappableMessage.Of(2, 3) with { Data = 0x1_0003 }, 5);
    }

    [TestMethod]
    public void AMessage_IsRefused_ForAnIndexBeyondTheTable()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.ShouldRefuse(FaultReason.InterruptIndexBeyondTable, RemappableMessage.Of(256), 256);
        fixture.ShouldRefuse(FaultReason.InterruptIndexBeyondTable, RemappableMessage.Of(255, 1), 256);
        fixture.ShouldRefuse(FaultReason.InterruptIndexBeyondTable, RemappableMessage.Of(0xffff), 0xffff);
        fixture.ShouldRefuse(FaultReason.InterruptEntryNotPresent, RemappableMessage.Of(255), 255);
    }

    [TestMethod]
    [DataRow(0, 2)]
    [DataRow(7, 256)]
    public void TheTable_HasTwoToTheSizePlusOneEntries(int size, int count)
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetTable(new InterruptTableAddress(fixture.Table.Value | (uint)size));
        fixture.ShouldRefuse(FaultReason.InterruptEntryNotPresent, RemappableMessage.Of((ushort)(count - 1)), count - 1);
        fixture.ShouldRefuse(FaultReason.InterruptIndexBeyondTable, RemappableMessage.Of((ushort)count), count);
    }

    [TestMethod]
    public void AMessage_IsRefused_ForAnEntryThatIsNotPresent()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetEntry(6, InterruptFixture.Good() with { IsPresent = false });
        fixture.ShouldRefuse(FaultReason.InterruptEntryNotPresent, RemappableMessage.Of(6), 6);
    }

    [TestMethod]
    public void AMessage_IsRefused_ForATableOutsideRam()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetTable(new InterruptTableAddress { Table = new PhysAddr(0x9000_0000), EntryCount = 256 });
        fixture.ShouldRefuse(FaultReason.InterruptEntryUnreadable, RemappableMessage.Of(9), 9);
    }

    [TestMethod]
    [DataRow(1UL << 12, 0UL, DisplayName = "bit 12")]
    [DataRow(1UL << 14, 0UL, DisplayName = "bit 14")]
    [DataRow(1UL << 15, 0UL, DisplayName = "posted, without CAP.PI")]
    [DataRow(1UL << 24, 0UL, DisplayName = "bit 24")]
    [DataRow(1UL << 31, 0UL, DisplayName = "bit 31")]
    [DataRow(1UL << 32, 0UL, DisplayName = "destination below the xAPIC id")]
    [DataRow(1UL << 48, 0UL, DisplayName = "destination above the xAPIC id")]
    [DataRow(0UL, 3UL << 18, DisplayName = "validation type 3")]
    [DataRow(0UL, 1UL << 20, DisplayName = "second quad word bit 20")]
    [DataRow(0UL, 1UL << 63, DisplayName = "second quad word bit 63")]
    public void AMessage_IsRefused_ForReservedBitsOfItsEntry(ulong low, ulong high)
    {
        using var fixture = InterruptFixture.Remapping();
        var good = InterruptFixture.Good();
        fixture.SetEntry(6, new InterruptEntry(good.Low | low, good.High | high));
        fixture.ShouldRefuse(FaultReason.InterruptEntryReserved, RemappableMessage.Of(6), 6);
    }

    [TestMethod]
    public void ANotPresentEntry_IsNotLookedAtFurther()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetEntry(6, new InterruptEntry(1UL << 12, ulong.MaxValue));
        fixture.ShouldRefuse(FaultReason.InterruptEntryNotPresent, RemappableMessage.Of(6), 6);
    }

    [TestMethod]
    [DataRow("01:02.3", 1, 0, "01:02.3", true, DisplayName = "exact: itself")]
    [DataRow("01:02.3", 1, 0, "01:02.7", false, DisplayName = "exact: bit 2 differs")]
    [DataRow("01:02.3", 1, 1, "01:02.7", true, DisplayName = "bit 2 ignored")]
    [DataRow("01:02.3", 1, 1, "01:02.1", false, DisplayName = "bit 2 ignored, bit 1 differs")]
    [DataRow("01:02.3", 1, 2, "01:02.5", true, DisplayName = "bits 2:1 ignored")]
    [DataRow("01:02.3", 1, 2, "01:02.2", false, DisplayName = "bits 2:1 ignored, bit 0 differs")]
    [DataRow("01:02.3", 1, 3, "01:02.4", true, DisplayName = "all ignored")]
    [DataRow("01:02.3", 1, 3, "01:03.3", false, DisplayName = "all ignored, another device")]
    [DataRow("02:00.5", 2, 0, "02:1f.7", true, DisplayName = "bus range: its first bus")]
    [DataRow("02:00.5", 2, 0, "05:00.0", true, DisplayName = "bus range: its last bus")]
    [DataRow("02:00.5", 2, 0, "01:1f.7", false, DisplayName = "bus range: below")]
    [DataRow("02:00.5", 2, 0, "06:00.0", false, DisplayName = "bus range: above")]
    [DataRow("01:02.3", 0, 0, "7f:1f.7", true, DisplayName = "not validated")]
    public void ARequester_IsCheckedAsTheEntrySays(string owner, int validation, int qualifier, string sender, bool admitted)
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetEntry(6, InterruptFixture.Good() with
        {
            Source = Bdf.Parse(owner),
            Validation = (SourceValidation)validation,
            Qualifier = (SourceQualifier)qualifier,
        });
        for (var again = 0; again < 2; again++)
        {
            if (admitted)
                fixture.ShouldRemap(RemappableMessage.Of(6), Bdf.Parse(sender));
            else
                fixture.ShouldRefuse(FaultReason.InterruptSourceDenied, RemappableMessage.Of(6), 6, Bdf.Parse(sender));
        }
    }

    [TestMethod]
    public void CompatibilityMessages_AreBlocked_UnlessCfiLetsThemPass()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.ShouldRefuse(FaultReason.CompatibilityInterruptBlocked, Compatibility, 0);
        fixture.Base.Command(GlobalCommand.CompatibilityFormatInterrupts);
        Assert.AreEqual(InterruptVerdict.Passed, fixture.Send(Compatibility, out _));
        fixture.Base.CommandOff(GlobalCommand.CompatibilityFormatInterrupts);
        fixture.ShouldRefuse(FaultReason.CompatibilityInterruptBlocked, Compatibility, 0);
    }

    [TestMethod]
    public void CompatibilityMessages_AreBlocked_InExtendedModeWhateverCfiSays()
    {
        using var fixture = InterruptFixture.RemappingExtended();
        fixture.Base.Command(GlobalCommand.CompatibilityFormatInterrupts);
        Assert.IsTrue(fixture.Base.Status.HasFlag(GlobalCommand.CompatibilityFormatInterrupts));
        fixture.ShouldRefuse(FaultReason.CompatibilityInterruptBlocked, Compatibility, 0);
    }

    [TestMethod]
    public void InExtendedMode_AllOfTheDestinationCounts()
    {
        using var fixture = InterruptFixture.RemappingExtended();
        fixture.SetEntry(6, new InterruptEntry { IsPresent = true, ExtendedDestination = 0x0123_4567, Vector = 0x51 });
        Assert.AreEqual(new CpuInterrupt { Destination = 0x0123_4567, Mode = ApicMode.X2Apic, Vector = 0x51 }, fixture.ShouldRemap(RemappableMessage.Of(6)));
    }

    [TestMethod]
    public void FaultProcessingDisable_SuppressesQualifiedFaultsOnly()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.SetEntry(1, new InterruptEntry { DisablesFaultRecording = true });
        fixture.SetEntry(2, new InterruptEntry(InterruptFixture.Good().Low | 0x1002, 0));
        fixture.SetEntry(3, InterruptFixture.Good() with { DisablesFaultRecording = true, Validation = SourceValidation.Requester, Source = new Bdf(9, 9, 1) });
        for (ushort index = 1; index <= 3; index++)
        {
            Assert.AreEqual(InterruptVerdict.Refused, fixture.Send(RemappableMessage.Of(index), out _));
            Assert.IsFalse(fixture.Base.Record(0).IsPending, $"index {index}");
        }

        Assert.AreEqual(3, fixture.Statistics.Refused);
        fixture.ShouldRefuse(FaultReason.InterruptIndexBeyondTable, RemappableMessage.Of(300), 300);
    }

    [TestMethod]
    public void AnAccessThatIsNoMessage_IsWrittenDown_WhileInterruptsAreRemapped()
    {
        using var fixture = new InterruptFixture();
        fixture.Unit.ReportMalformed(InterruptFixture.Device);
        Assert.IsFalse(fixture.Base.Record(0).IsPending, "remapping is off");
        fixture.SetTable();
        fixture.Base.Command(GlobalCommand.InterruptRemapping);
        fixture.Unit.ReportMalformed(InterruptFixture.Device);
        Assert.AreEqual(FaultReason.UntranslatedInterruptInvalid, fixture.Base.Record(0).Reason);
    }

    [TestMethod]
    public void TheUnitsOwnMessages_AreNotRemapped()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.Base.Write32(RegisterOffsets.FaultEvent + EventRegisters.Data, 0x41);
        fixture.Base.Write32(RegisterOffsets.FaultEvent + EventRegisters.Address, 0xfee0_1000);
        fixture.Base.Write32(RegisterOffsets.FaultEvent, 0);
        fixture.ShouldRefuse(FaultReason.CompatibilityInterruptBlocked, Compatibility, 0);
        Assert.AreEqual((new PhysAddr(0xfee0_1000), 0x41u), fixture.Base.Messages.Sent.Single());
    }

    [TestMethod]
    public void AUnitThatDoesNotSnoop_SeesAnEntryWhenItIsWrittenBack()
    {
        using var fixture = InterruptFixture.Remapping(new RemappingUnitOptions { Coherency = TableCoherency.NonCoherent });
        fixture.ShouldRefuse(FaultReason.InterruptEntryNotPresent, RemappableMessage.Of(5), 5);
        fixture.Unit.TableMemory!.WriteBack(InterruptEntry.AddressIn(fixture.Table, 5), InterruptEntry.SizeBytes);
        Assert.AreEqual(0x51, fixture.ShouldRemap(RemappableMessage.Of(5)).Vector);
    }

    [TestMethod]
    public void ARefusedInterrupt_ReadsAsOneInTheRecordsText()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.Send(RemappableMessage.Of(9), out _);
        StringAssert.StartsWith(fixture.Base.Record(0).ToString(), "01:00.0 interrupt 9 refused, - (0x22): ");
    }
}
