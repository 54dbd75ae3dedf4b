using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class InterruptCommandTests
{
    [TestMethod]
    public void Remapping_IsRefused_BeforeATableIsSet()
    {
        using var fixture = new InterruptFixture();
        fixture.Base.Command(GlobalCommand.InterruptRemapping);
        Assert.AreEqual(GlobalCommand.QueuedInvalidation, fixture.Base.Status);
        Assert.AreEqual(InterruptVerdict.Passed, fixture.Send(InterruptMessage.To(1, 0x41), out _));
    }

    [TestMethod]
    public void ATable_TakesEffectWhenItIsSet_NotWhenItIsWritten()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.Base.Write64(RegisterOffsets.InterruptTableAddress, new InterruptTableAddress { Table = new PhysAddr(0x9000_0000), EntryCount = 256 }.Value);
        fixture.ShouldRemap(RemappableMessage.Of(5));
        fixture.Base.Command(GlobalCommand.SetInterruptTablePointer);
        fixture.ShouldRefuse(FaultReason.InterruptEntryUnreadable, RemappableMessage.Of(6), 6);
    }

    [TestMethod]
    public void SettingATable_DropsNoCachedEntry()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.ShouldRemap(RemappableMessage.Of(5));
        fixture.SetTable(new InterruptTableAddress { Table = new PhysAddr(0x9000_0000), EntryCount = 256 });
        fixture.ShouldRemap(RemappableMessage.Of(5));
    }

    [TestMethod]
    public void RemappingOff_PassesMessagesAsTheyAre()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.Base.CommandOff(GlobalCommand.InterruptRemapping);
        Assert.AreEqual(InterruptVerdict.Passed, fixture.Send(InterruptMessage.To(1, 0x41), out _));
        Assert.AreEqual(InterruptVerdict.Passed, fixture.Send(RemappableMessage.Of(300), out _));
        Assert.IsTrue(fixture.Base.Status.HasFlag(GlobalCommand.SetInterruptTablePointer), "the table stays set");
    }

    [TestMethod]
    public void TheTableRegister_KeepsItsFields()
    {
        using var fixture = new InterruptFixture();
        fixture.Base.Write64(RegisterOffsets.InterruptTableAddress, ulong.MaxValue);
        Assert.AreEqual(0xffff_ffff_ffff_f00fUL, fixture.Base.Read64(RegisterOffsets.InterruptTableAddress), "EIME is not offered");
        fixture.Base.Write32(RegisterOffsets.InterruptTableAddress, 0x0012_3803);
        fixture.Base.Write32(RegisterOffsets.InterruptTableAddress + 4, 0x1);
        Assert.AreEqual(0x1_0012_3003UL, fixture.Base.Read64(RegisterOffsets.InterruptTableAddress));
    }

    [TestMethod]
    public void TheTableRegister_HasAnExtendedMode_WhereOffered()
    {
        using var fixture = new InterruptFixture(new RemappingUnitOptions { ExtendedInterruptMode = true });
        Assert.IsTrue(fixture.Unit.ExtendedCapability.ExtendedInterruptMode);
        fixture.Base.Write64(RegisterOffsets.InterruptTableAddress, ulong.MaxValue);
        Assert.AreEqual(0xffff_ffff_ffff_f80fUL, fixture.Base.Read64(RegisterOffsets.InterruptTableAddress));
    }

    [TestMethod]
    [DataRow((uint)GlobalCommand.SetInterruptTablePointer)]
    [DataRow((uint)GlobalCommand.InterruptRemapping)]
    [DataRow((uint)GlobalCommand.CompatibilityFormatInterrupts)]
    public void AUnitWithoutInterruptRemapping_IgnoresItsCommands(uint command)
    {
        using var fixture = new UnitFixture(new RemappingUnitOptions { InterruptRemapping = false });
        fixture.Write64(RegisterOffsets.InterruptTableAddress, 0x5007);
        fixture.Command((GlobalCommand)command);
        Assert.AreEqual(GlobalCommand.None, fixture.Status);
        Assert.AreEqual(0UL, fixture.Read64(RegisterOffsets.InterruptTableAddress));
        Assert.IsFalse(fixture.Unit.ExtendedCapability.InterruptRemapping);
        Assert.AreEqual(0, fixture.Unit.ExtendedCapability.MaxHandleMask);
    }

    [TestMethod]
    public void OneWriteOfSeveralCommands_IsRefused()
    {
        using var fixture = new InterruptFixture();
        fixture.SetTable();
        fixture.Base.Command(GlobalCommand.InterruptRemapping | GlobalCommand.CompatibilityFormatInterrupts);
        Assert.AreEqual(GlobalCommand.QueuedInvalidation | GlobalCommand.SetInterruptTablePointer, fixture.Base.Status);
    }

    [TestMethod]
    public void ExtendedMode_WithoutRemapping_IsAContradiction()
    {
        var options = new RemappingUnitOptions { InterruptRemapping = false, ExtendedInterruptMode = true };
        var refusal = Assert.ThrowsExactly<ArgumentException>(options.Check);
        StringAssert.Contains(refusal.Message, "Set both, or clear both.");
    }
}
