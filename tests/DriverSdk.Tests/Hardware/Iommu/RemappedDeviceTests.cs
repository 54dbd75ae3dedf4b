using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;
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
        using var fixture = Wired(out var board, out var device, out _);

        Assert.AreEqual(DmaStatus.Success, device.WriteMemory(Handle5, 0, 0, 0, 0));

        CollectionAssert.AreEqual(new[] { (3u, (byte)0x51) }, board.Sink.Take());
    }

    [TestMethod]
    public void AnotherDevice_CannotUseTheHandle()
    {
        using var fixture = Wired(out var board, out _, out var other);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, other.WriteMemory(Handle5, 0, 0, 0, 0));

        Assert.IsEmpty(board.Sink.Take());
        Assert.AreEqual((FaultReason.InterruptSourceDenied, Other, 5),
            (fixture.Base.Record(0).Reason, fixture.Base.Record(0).Source, fixture.Base.Record(0).InterruptIndex));
    }

    [TestMethod]
    public void ADeviceCannotForgeACompatibilityMessage()
    {
        using var fixture = Wired(out var board, out var device, out _);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.WriteMemory(0xfee0_0000, 0x41, 0, 0, 0));

        Assert.IsEmpty(board.Sink.Take());
        Assert.AreEqual(FaultReason.CompatibilityInterruptBlocked, fixture.Base.Record(0).Reason);
    }

    [TestMethod]
    [DataRow(0UL, 8)]
    [DataRow(0UL, 2)]
    [DataRow(2UL, 4)]
    public void AWriteThatIsNoMessage_IsRefusedAndWrittenDown(ulong offset, int bytes)
    {
        using var fixture = Wired(out _, out var device, out _);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.WriteMemory(Handle5 + offset, new byte[bytes]));

        Assert.AreEqual(FaultReason.UntranslatedInterruptInvalid, fixture.Base.Record(0).Reason);
    }

    [TestMethod]
    public void AReadOfTheInterruptRange_IsRefusedAndWrittenDown()
    {
        using var fixture = Wired(out _, out var device, out _);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.Port.Read(new Iova(Handle5), new byte[4]));

        Assert.AreEqual((FaultReason.UntranslatedInterruptInvalid, Place), (fixture.Base.Record(0).Reason, fixture.Base.Record(0).Source));
    }

    [TestMethod]
    public void TranslationDoesNotTouchMessages()
    {
        using var fixture = Wired(out var board, out var device, out _);
        fixture.Base.SetRootTable(TranslationTableMode.AbortDma);
        fixture.Base.Command(GlobalCommand.Translation);

        Assert.AreEqual(DmaStatus.Success, device.WriteMemory(Handle5, 0, 0, 0, 0));

        CollectionAssert.AreEqual(new[] { (3u, (byte)0x51) }, board.Sink.Take());
    }

    private static InterruptFixture Wired(out PciBoard board, out ProbeDevice device, out ProbeDevice other)
    {
        var fixture = InterruptFixture.Remapping();
        fixture.SetEntry(5, ForPlace);
        board = new PciBoard(fixture.Unit);
        device = new ProbeDevice();
        other = new ProbeDevice();
        board.Root.Attach(device, Place);
        board.Root.Attach(other, Other);
        board.Enable(Place, PciCommand.BusMaster);
        board.Enable(Other, PciCommand.BusMaster);
        return fixture;
    }
}
