using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>A unit with an interrupt table in RAM, programmed through registers and RAM only.</summary>
internal sealed class InterruptFixture : IDisposable
{
    public const int EntryCount = 256;
    public static readonly Bdf Device = UnitFixture.Device;

    public InterruptFixture(RemappingUnitOptions? options = null)
    {
        Base = new UnitFixture(options);
        Table = Base.AllocateTable();
        Base.EnableQueue();
    }

    public UnitFixture Base { get; }

    public RemappingUnit Unit => Base.Unit;

    public PhysAddr Table { get; }

    public InterruptStatistics Statistics => Unit.Interrupts.CaptureStatistics();

    /// <summary>An entry that sends a vector to one CPU and lets everybody use it.</summary>
    public static InterruptEntry Good(byte cpu = 2, byte vector = 0x51) => new() { IsPresent = true, Destination = cpu, Vector = vector };

    /// <summary>A unit that remaps, with a good entry at index 5.</summary>
    public static InterruptFixture Remapping(RemappingUnitOptions? options = null)
    {
        var fixture = new InterruptFixture(options);
        fixture.SetEntry(5, Good());
        fixture.SetTable();
        fixture.Base.Command(GlobalCommand.InterruptRemapping);
        return fixture;
    }

    /// <summary>A unit that remaps with x2APIC destinations.</summary>
    public static InterruptFixture RemappingExtended()
    {
        var fixture = new InterruptFixture(new RemappingUnitOptions { ExtendedInterruptMode = true });
        fixture.SetTable(new InterruptTableAddress { Table = fixture.Table, EntryCount = EntryCount, ExtendedMode = true });
        fixture.Base.Command(GlobalCommand.InterruptRemapping);
        return fixture;
    }

    public void Dispose() => Base.Dispose();

    public void SetTable(InterruptTableAddress? address = null)
    {
        var written = address ?? new InterruptTableAddress { Table = Table, EntryCount = EntryCount };
        Base.Write64(RegisterOffsets.InterruptTableAddress, written.Value);
        Base.Command(GlobalCommand.SetInterruptTablePointer);
    }

    public void SetEntry(int index, InterruptEntry entry)
    {
        var place = InterruptEntry.AddressIn(Table, index);
        Base.Write(place + 8, entry.High);
        Base.Write(place, entry.Low);
    }

    public void Invalidate(in InterruptEntryInvalidation request) =>
        Base.Submit(InvalidationDescriptor.Of(request), InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Base.StatusWord, 1)));

    public InterruptVerdict Send(InterruptMessage message, out CpuInterrupt interrupt, Bdf? source = null) =>
        Unit.Remap(source ?? Device, message, out interrupt);

    public CpuInterrupt ShouldRemap(InterruptMessage message, Bdf? source = null)
    {
        Assert.AreEqual(InterruptVerdict.Remapped, Send(message, out var interrupt, source), Base.Record(0).ToString());
        return interrupt;
    }

    /// <summary>The message is refused and the first record says why; the record is then given back.</summary>
    public void ShouldRefuse(FaultReason reason, InterruptMessage message, int index, Bdf? source = null)
    {
        Assert.AreEqual(InterruptVerdict.Refused, Send(message, out _, source));
        var record = Base.Record(0);
        Assert.IsTrue(record.IsPending, "no fault was recorded");
        Assert.AreEqual(reason, record.Reason);
        Assert.AreEqual(source ?? Device, record.Source);
        Assert.AreEqual((ulong)index << 48, record.Low, "FI");
        Assert.AreEqual(IommuAccess.Write, record.Access);
        Base.ClearRecord(0);
    }
}
