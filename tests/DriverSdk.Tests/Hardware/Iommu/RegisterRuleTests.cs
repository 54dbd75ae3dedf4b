using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class RegisterRuleTests
{
    [TestMethod]
    public void Capabilities_FollowFromTheOptions()
    {
        using var fixture = new UnitFixture(new RemappingUnitOptions
        {
            AddressWidth = 39,
            DomainCount = 256,
            LargePages = LargePages.Size2M,
            MaxAddressMask = 9,
            FaultRecordCount = 3,
            CachingMode = true,
            ZeroLengthRead = false,
            DrainsReads = false,
            PassThrough = false,
            InterruptRemapping = false,
        });
        var capability = new Capability(fixture.Read64(RegisterOffsets.Capability));
        Assert.AreEqual(256, capability.DomainCount);
        Assert.AreEqual(39, capability.MaxGuestAddressWidth);
        Assert.AreEqual(TableDepths.ThreeLevels, capability.SupportedDepths);
        Assert.AreEqual(LargePages.Size2M, capability.LargePages);
        Assert.AreEqual(9, capability.MaxAddressMask);
        Assert.AreEqual(3, capability.FaultRecordCount);
        Assert.IsTrue(capability.CachingMode && capability.DrainsWrites && capability.PageSelectiveInvalidation);
        Assert.IsFalse(capability.ZeroLengthRead || capability.DrainsReads || capability.RequiresWriteBufferFlush);
        var extended = new ExtendedCapability(fixture.Read64(RegisterOffsets.ExtendedCapability));
        Assert.IsTrue(extended.QueuedInvalidation && extended.CoherentWalks);
        Assert.IsFalse(extended.PassThrough || extended.DeviceTlb || extended.InterruptRemapping || extended.ScalableMode || extended.SnoopControl);
    }

    [TestMethod]
    public void DefaultCapabilities_AreTheseWords()
    {
        using var fixture = new UnitFixture();
        Assert.AreEqual(0x60UL, fixture.Read32(RegisterOffsets.Version));
        Assert.AreEqual(0x00d2_008c_226f_0606UL, fixture.Read64(RegisterOffsets.Capability));
        Assert.AreEqual(0x0010_0000_00f0_0f4bUL, fixture.Read64(RegisterOffsets.ExtendedCapability));
    }

    [TestMethod]
    public void SnoopControl_IsBitSevenOfTheExtendedCapability()
    {
        using var fixture = new UnitFixture(new RemappingUnitOptions { SnoopControl = true });
        Assert.AreEqual(0x0010_0000_00f0_0fcbUL, fixture.Read64(RegisterOffsets.ExtendedCapability));
    }

    [TestMethod]
    public void AQuadRegister_IsReadByHalves()
    {
        using var fixture = new UnitFixture();
        var whole = fixture.Read64(RegisterOffsets.Capability);
        Assert.AreEqual(whole & 0xffff_ffff, fixture.Read32(RegisterOffsets.Capability));
        Assert.AreEqual(whole >> 32, fixture.Read32(RegisterOffsets.Capability + 4));
    }

    [TestMethod]
    public void AQuadRegister_IsWrittenByHalves()
    {
        using var fixture = new UnitFixture();
        fixture.Write32(RegisterOffsets.RootTableAddress, 0x0123_4c00);
        fixture.Write32(RegisterOffsets.RootTableAddress + 4, 0x5);
        Assert.AreEqual(0x5_0123_4c00UL, fixture.Read64(RegisterOffsets.RootTableAddress));
    }

    [TestMethod]
    public void OneQuadAccess_CoversTwoWordRegisters()
    {
        using var fixture = new UnitFixture();
        fixture.Write64(RegisterOffsets.FaultEvent, 0x0000_0055_0000_0000);
        Assert.AreEqual(0UL, fixture.Read32(RegisterOffsets.FaultEvent));
        Assert.AreEqual(0x55UL, fixture.Read32(RegisterOffsets.FaultEvent + EventRegisters.Data));
        Assert.AreEqual(0x55UL << 32, fixture.Read64(RegisterOffsets.FaultEvent));
    }

    [TestMethod]
    [DataRow(RegisterOffsets.Version)]
    [DataRow(RegisterOffsets.Capability)]
    [DataRow(RegisterOffsets.ExtendedCapability)]
    [DataRow(RegisterOffsets.GlobalStatus)]
    [DataRow(RegisterOffsets.QueueHead)]
    [DataRow(RegisterOffsets.QueueErrorRecord)]
    public void AReadOnlyRegister_KeepsItsValue(ulong register)
    {
        using var fixture = new UnitFixture();
        var before = fixture.Read32(register);
        fixture.Write32(register, (uint)~before);
        Assert.AreEqual(before, fixture.Read32(register));
    }

    [TestMethod]
    public void TheCommandRegister_ReadsZero()
    {
        using var fixture = UnitFixture.Started(out _);
        Assert.AreEqual(0UL, fixture.Read32(RegisterOffsets.GlobalCommand));
        Assert.AreEqual(GlobalCommand.Translation | GlobalCommand.QueuedInvalidation | GlobalCommand.SetRootTablePointer, fixture.Status);
    }

    [TestMethod]
    [DataRow(AccessWidth.Byte, 0x0UL, 0xffUL)]
    [DataRow(AccessWidth.Word, 0x0UL, 0xffffUL)]
    [DataRow(AccessWidth.DoubleWord, 0x2UL, 0xffff_ffffUL)]
    [DataRow(AccessWidth.QuadWord, 0xcUL, ulong.MaxValue)]
    [DataRow(AccessWidth.QuadWord, 0x1000UL, ulong.MaxValue)]
    public void AnUnsupportedAccess_ReadsAllOnes_AndWritesNothing(AccessWidth width, ulong offset, ulong expected)
    {
        using var fixture = new UnitFixture();
        Assert.AreEqual(expected, fixture.Unit.Read(offset, width));
        fixture.Unit.Write(RegisterOffsets.RootTableAddress + 1, ulong.MaxValue, width);
        Assert.AreEqual(0UL, fixture.Read64(RegisterOffsets.RootTableAddress));
    }

    [TestMethod]
    public void AnAddressWithoutRegister_ReadsZero()
    {
        using var fixture = new UnitFixture();
        fixture.Write64(0x800, ulong.MaxValue);
        Assert.AreEqual(0UL, fixture.Read64(0x800));
    }

    [TestMethod]
    public void Translation_IsRefused_BeforeARootTableIsSet()
    {
        using var fixture = new UnitFixture();
        fixture.Command(GlobalCommand.Translation);
        Assert.AreEqual(GlobalCommand.None, fixture.Status);
        fixture.ShouldReach(new PhysAddr(0x5000), 0x5000);
    }

    [TestMethod]
    public void ACommandThatChangesTwoBits_IsRefused()
    {
        using var fixture = new UnitFixture();
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation | GlobalCommand.QueuedInvalidation);
        Assert.AreEqual(GlobalCommand.SetRootTablePointer, fixture.Status);
    }

    [TestMethod]
    public void CommandsNotOffered_AreIgnored()
    {
        using var fixture = new UnitFixture();
        fixture.Command(GlobalCommand.InterruptRemapping);
        fixture.Command(GlobalCommand.AdvancedFaultLog);
        fixture.Command(GlobalCommand.WriteBufferFlush);
        Assert.AreEqual(GlobalCommand.None, fixture.Status);
    }

    [TestMethod]
    public void ARootTableAddress_TakesEffectWhenItIsSet_NotWhenItIsWritten()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0x1000, UnitFixture.FrameA);
        fixture.Write64(RegisterOffsets.RootTableAddress, new RootTableAddress { Table = new PhysAddr(0x9000_0000) }.Value);
        fixture.ShouldReach(UnitFixture.FrameA, 0x1000);
        fixture.Command(GlobalCommand.SetRootTablePointer);
        fixture.Invalidate(ContextInvalidation.Global());
        fixture.ShouldFault(FaultReason.RootEntryUnreadable, 0x1000);
    }

    [TestMethod]
    public void TranslationOff_PassesRequestsUntranslated()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0x1000, UnitFixture.FrameA);
        fixture.CommandOff(GlobalCommand.Translation);
        Assert.IsTrue(fixture.TryTranslate(0x1010, IommuAccess.Write, out var page));
        Assert.AreEqual(new PhysAddr(0x1010), page.Address);
        fixture.ShouldReach(new PhysAddr(0x7777_0000), 0x7777_0000, source: new Bdf(9, 9, 0));
    }

    [TestMethod]
    public void TheQueueAddress_CannotChangeWhileTheQueueIsOn()
    {
        using var fixture = UnitFixture.Started(out _);
        var before = fixture.Read64(RegisterOffsets.QueueAddress);
        fixture.Write64(RegisterOffsets.QueueAddress, 0x5000);
        Assert.AreEqual(before, fixture.Read64(RegisterOffsets.QueueAddress));
    }

    [TestMethod]
    public void TheQueue_IsSwitchedOffOnlyAfterAWait()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(InvalidationDescriptor.Of(ContextInvalidation.Global()));
        fixture.CommandOff(GlobalCommand.QueuedInvalidation);
        Assert.IsTrue(fixture.Status.HasFlag(GlobalCommand.QueuedInvalidation));
        fixture.Submit(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(fixture.StatusWord, 1)));
        fixture.CommandOff(GlobalCommand.QueuedInvalidation);
        Assert.IsFalse(fixture.Status.HasFlag(GlobalCommand.QueuedInvalidation));
    }

    [TestMethod]
    public void SwitchingTheQueueOn_StartsAtItsFirstDescriptor()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Invalidate(ContextInvalidation.Global());
        fixture.CommandOff(GlobalCommand.QueuedInvalidation);
        fixture.Write64(RegisterOffsets.QueueTail, 0);
        fixture.Command(GlobalCommand.QueuedInvalidation);
        Assert.AreEqual(0, fixture.QueueHead);
    }

    [TestMethod]
    public void RegisterInvalidation_StaysBusy_WhileTheQueueIsOn()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0x1000, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, 0x1000);
        table.Map(0x1000, UnitFixture.FrameB);
        var iotlb = fixture.Unit.ExtendedCapability.IotlbRegistersOffset + RegisterOffsets.IotlbCommandInIotlbRegisters;
        fixture.Write64(iotlb, new IotlbCommand { Busy = true, Granularity = IotlbGranularity.Global }.Value);
        fixture.Write64(RegisterOffsets.ContextCommand, new ContextCommand { Busy = true, Request = ContextInvalidation.Global() }.Value);
        Assert.IsTrue(new IotlbCommand(fixture.Read64(iotlb)).Busy);
        Assert.IsTrue(new ContextCommand(fixture.Read64(RegisterOffsets.ContextCommand)).Busy);
        fixture.ShouldReach(UnitFixture.FrameA, 0x1000);
    }

    [TestMethod]
    public void DescribeRegisters_NamesWhatIsNotZero()
    {
        using var fixture = UnitFixture.Started(out _);
        var dump = fixture.Unit.DescribeRegisters();
        StringAssert.Contains(dump, "GSTS     0xc4000000");
        StringAssert.Contains(dump, $"RTADDR   0x{fixture.RootTable.Value:x}");
        Assert.DoesNotContain("FSTS", dump);
    }
}
