using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Tests.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>A device on a board whose unit remaps interrupts: from its write to the CPU.</summary>
[TestClass]
public sealed class RemappedDeviceTests
{
    private static readonly Bdf Place = new(0, 3, 0);
    private static readonly Bdf Other = new(0, 4, 0);
    private static readonly ulong Handle5 = RemappableMessage.Of(5).Address.Value;

    private static readonly InterruptEntry ForPlace =
        InterruptFixture.Good(cpu: 3, vector: 0x51) with { Validation = SourceValidation.Requester, Source = Place };

    [TestMethod]
    public void AWriteToTheInterruptRange_BecomesTheInterruptOfItsEntry()
    {
        using var wired = new Wired();

        Assert.AreEqual(DmaStatus.Success, wired.Device.WriteMemory(Handle5, 0, 0, 0, 0));

        CollectionAssert.AreEqual(new[] { (3u, (byte)0x51) }, wired.Board.Sink.Take());
    }

    [TestMethod]
    public void AnotherDevice_CannotUseTheHandle()
    {
        using var wired = new Wired();

        Assert.AreEqual(DmaStatus.UnsupportedRequest, wired.Other.WriteMemory(Handle5, 0, 0, 0, 0));

        Assert.IsEmpty(wired.Board.Sink.Take());
        Assert.AreEqual((FaultReason.InterruptSourceDenied, Other, 5),
            (wired.Record.Reason, wired.Record.Source, wired.Record.InterruptIndex));
    }

    [TestMethod]
    public void ADeviceCannotForgeACompatibilityMessage()
    {
        using var wired = new Wired();

        Assert.AreEqual(DmaStatus.UnsupportedRequest, wired.Device.WriteMemory(0xfee0_0000, 0x41, 0, 0, 0));

        Assert.IsEmpty(wired.Board.Sink.Take());
        Assert.AreEqual(FaultReason.CompatibilityInterruptBlocked, wired.Record.Reason);
    }

    [TestMethod]
    [DataRow(0UL, 8)]
    [DataRow(0UL, 2)]
    [DataRow(2UL, 4)]
    public void AWriteThatIsNoMessage_IsRefusedAndWrittenDown(ulong offset, int bytes)
    {
        using var wired = new Wired();

        Assert.AreEqual(DmaStatus.UnsupportedRequest, wired.Device.WriteMemory(Handle5 + offset, new byte[bytes]));

        Assert.AreEqual(FaultReason.UntranslatedInterruptInvalid, wired.Record.Reason);
    }

    [TestMethod]
    public void AReadOfTheInterruptRange_IsRefusedAndWrittenDown()
    {
        using var wired = new Wired();

        Assert.AreEqual(DmaStatus.UnsupportedRequest, wired.Device.Port.Read(new Iova(Handle5), new byte[4]));

        Assert.AreEqual((FaultReason.UntranslatedInterruptInvalid, Place), (wired.Record.Reason, wired.Record.Source));
    }

    [TestMethod]
    public void TranslationDoesNotTouchMessages()
    {
        using var wired = new Wired();
        wired.Fixture.Base.SetRootTable(TranslationTableMode.AbortDma);
        wired.Fixture.Base.Command(GlobalCommand.Translation);

        Assert.AreEqual(DmaStatus.Success, wired.Device.WriteMemory(Handle5, 0, 0, 0, 0));

        CollectionAssert.AreEqual(new[] { (3u, (byte)0x51) }, wired.Board.Sink.Take());
    }

    private sealed class Wired : IDisposable
    {
        public Wired()
        {
            Fixture.SetEntry(5, ForPlace);
            Board = new PciBoard(Fixture.Unit);
            Board.Root.Attach(Device, Place);
            Board.Root.Attach(Other, RemappedDeviceTests.Other);
            Board.Enable(Place, PciCommand.BusMaster);
            Board.Enable(RemappedDeviceTests.Other, PciCommand.BusMaster);
        }

        public InterruptFixture Fixture { get; } = InterruptFixture.Remapping();

        public PciBoard Board { get; }

        public ProbeDevice Device { get; } = new();

        public ProbeDevice Other { get; } = new();

        public FaultRecord Record => Fixture.Base.Record(0);

        public void Dispose()
        {
            Board.Dispose();
            Fixture.Dispose();
        }
    }
}
