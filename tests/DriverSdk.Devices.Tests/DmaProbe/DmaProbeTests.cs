using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Devices.DmaProbe;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Devices.Tests.DmaProbe;

[TestClass]
public sealed class DmaProbeTests
{
    private const uint Translated = 1 << 8;
    private const uint PasidValid = 1 << 9;
    private const uint Supervisor = 1 << 10;
    private const uint Execute = 1 << 11;
    private const ulong Mapped = 0x1000;
    private const ulong Frame = 0x20_0000;

    private readonly DmaProbeDevice _probe = new();
    private RemappingUnit? _unit;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void WithoutAUnit_ItMovesMemoryAsItStands()
    {
        using var board = new DeviceBoard(_probe);
        board.WriteMemory(Frame, 1, 2, 3, 4, 5, 6, 7, 8);

        Assert.AreEqual(DmaProbeStatus.Success, Go(board, Frame + 2, 4, DmaProbeOperation.Read));
        Assert.AreEqual(4UL, board.Read(DmaProbeRegisters.Moved));
        Assert.AreEqual(0x0605_0403UL, board.Read(DmaProbeRegisters.Buffer, AccessWidth.QuadWord));
        board.Write(DmaProbeRegisters.Buffer + 1, 0xee, AccessWidth.Byte);
        Assert.AreEqual(DmaProbeStatus.Success, Go(board, Frame, 2, DmaProbeOperation.Write));
        CollectionAssert.AreEqual(new byte[] { 3, 0xee, 3, 4 }, board.ReadMemory(Frame, 4));
        Assert.AreEqual(DmaProbeStatus.Success, Go(board, Frame, 65536, DmaProbeOperation.Read));
    }

    [TestMethod]
    public void WithoutAUnit_NobodyKnowsWhatElseARequestMaySay()
    {
        using var board = new DeviceBoard(_probe);

        Assert.AreEqual(DmaProbeStatus.Success, Go(board, Frame, 0, DmaProbeOperation.ZeroLengthRead));
        Assert.AreEqual(DmaProbeStatus.UnsupportedRequest, Go(board, 0xd000_0000, 0, DmaProbeOperation.ZeroLengthRead));
        Assert.AreEqual(DmaProbeStatus.UnsupportedRequest, Go(board, 0xfee0_0000, 0, DmaProbeOperation.ZeroLengthRead));
        Assert.AreEqual(DmaProbeStatus.UnsupportedRequest, Go(board, Frame, 4, DmaProbeOperation.Read, PasidValid));
        Assert.AreEqual(DmaProbeStatus.UnsupportedRequest, Go(board, Frame, 4, DmaProbeOperation.Read, Translated));
        Assert.AreEqual(DmaProbeStatus.UnsupportedRequest, Go(board, Frame, 0, DmaProbeOperation.TranslateForRead));
    }

    [TestMethod]
    public void RegistersThatDescribeNoAccess_SendNothingOut()
    {
        using var board = new DeviceBoard(_probe);

        Assert.AreEqual(DmaProbeStatus.BadRequest, Go(board, Frame, 65537, DmaProbeOperation.Write));
        Assert.AreEqual(DmaProbeStatus.BadRequest, Go(board, Frame, 4, (DmaProbeOperation)5));
        Assert.AreEqual(0UL, board.Read(DmaProbeRegisters.Moved));
    }

    [TestMethod]
    public void AMoveIntoARefusedPage_SaysHowManyBytesCameBefore()
    {
        using var board = WithUnit(TranslationType.UntranslatedOnly);
        board.Write(DmaProbeRegisters.Buffer, 0x4433_2211);

        Assert.AreEqual(DmaProbeStatus.UnsupportedRequest, Go(board, Mapped + 0xffd, 4, DmaProbeOperation.Write));

        Assert.AreEqual(3UL, board.Read(DmaProbeRegisters.Moved));
        CollectionAssert.AreEqual(new byte[] { 0x11, 0x22, 0x33, 0 }, board.ReadMemory(Frame + 0xffd, 4));
        Assert.AreEqual(FaultReason.WriteDenied, Record().Reason);
    }

    [TestMethod]
    public void ARequestWithPasid_IsRefusedInLegacyMode_AndItsRecordSaysEverything()
    {
        using var board = WithUnit(TranslationType.WithDeviceTlb);
        board.Write(DmaProbeRegisters.Pasid, 0xfff5_4321);
        Assert.AreEqual(0x5_4321UL, board.Read(DmaProbeRegisters.Pasid));

        Assert.AreEqual(DmaProbeStatus.UnsupportedRequest, Go(board, Mapped, 4, DmaProbeOperation.Read, PasidValid | Supervisor | Execute));

        var record = Record();
        Assert.AreEqual(FaultReason.PasidRequestInLegacyMode, record.Reason);
        Assert.AreEqual(new Pasid(0x5_4321), record.Pasid);
        Assert.IsTrue(record.IsPrivileged && record.IsExecute);
        Assert.AreEqual(DeviceBoard.Place, record.Source);
    }

    [TestMethod]
    public void ATranslationThatWasAskedFor_CanBeUsed()
    {
        using var board = WithUnit(TranslationType.WithDeviceTlb);
        board.WriteMemory(Frame + 0x10, 9, 8, 7, 6);

        Assert.AreEqual(DmaProbeStatus.Success, Go(board, Mapped + 0x10, 0, DmaProbeOperation.TranslateForWrite));
        Assert.AreEqual(3UL, board.Read(DmaProbeRegisters.Granted));
        Assert.AreEqual(4096UL, board.Read(DmaProbeRegisters.TranslatedBytes, AccessWidth.QuadWord));
        var page = board.Read(DmaProbeRegisters.TranslatedPage, AccessWidth.QuadWord);
        Assert.AreEqual(Frame, page);

        Assert.AreEqual(DmaProbeStatus.Success, Go(board, page + 0x10, 4, DmaProbeOperation.Read, Translated));
        Assert.AreEqual(0x0607_0809UL, board.Read(DmaProbeRegisters.Buffer));
        Assert.IsFalse(Record().IsPending);
    }

    [TestMethod]
    public void WhereNothingIsMapped_ATranslationRequestIsAnsweredWithNothing()
    {
        using var board = WithUnit(TranslationType.WithDeviceTlb);

        Assert.AreEqual(DmaProbeStatus.Success, Go(board, Mapped + 0x1000, 0, DmaProbeOperation.TranslateForRead));

        Assert.AreEqual(0UL, board.Read(DmaProbeRegisters.Granted));
        Assert.AreEqual(0UL, board.Read(DmaProbeRegisters.TranslatedBytes, AccessWidth.QuadWord));
        Assert.IsFalse(Record().IsPending, "a recoverable failure is no fault");
    }

    [TestMethod]
    public void ItsInterruptIsAMessageOrTheLine()
    {
        using var board = new DeviceBoard(_probe);
        board.EnableLine();
        board.Write(DmaProbeRegisters.Interrupt, 1);
        board.Write(DmaProbeRegisters.Interrupt, 0);
        board.EndOfInterrupt();
        CollectionAssert.AreEqual(new[] { DeviceBoard.LineVector }, board.TakeVectors());

        board.EnableMsi();
        board.Write(DmaProbeRegisters.Interrupt, 1);
        CollectionAssert.AreEqual(new[] { DeviceBoard.MessageVector }, board.TakeVectors());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void RandomAccessesNeverThrow(int withUnit)
    {
        var seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        using var board = withUnit == 0 ? new DeviceBoard(_probe) : WithUnit(TranslationType.WithDeviceTlb);
        board.AccessAtRandom(seed, count: 20_000, barBytes: 128 << 10,
            [0x00, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c, 0x1c, 0x20, 0x28, 0x2c, 0x30, 0x38, 0x1_0000, 0x1_fff8]);
    }

    [TestMethod]
    public void TheRegisterTableOfThePageIsTheDevice()
    {
        var rows = RegisterPage.Read("DmaProbe");
        var constants = typeof(DmaProbeRegisters).GetFields()
            .Where(field => field.Name is not (nameof(DmaProbeRegisters.IdentificationValue) or nameof(DmaProbeRegisters.Buffer)))
            .Select(field => (ulong)(int)field.GetRawConstantValue()!).Order().ToArray();
        CollectionAssert.AreEqual(constants, rows.Select(row => row.Offset).ToArray());

        var next = 0UL;
        foreach (var row in rows)
        {
            TestContext.WriteLine($"{row.Offset:x4} {row.WidthBits,2} {row.Access} {row.Name}");
            Assert.AreEqual(next, row.Offset, $"{row.Name} leaves a hole or overlaps");
            next = row.Offset + (ulong)(row.WidthBits / 8);
        }
    }

    private static DmaProbeStatus Go(DeviceBoard board, ulong address, uint lengthBytes, DmaProbeOperation operation, uint attributes = 0)
    {
        board.Write(DmaProbeRegisters.Address, address, AccessWidth.QuadWord);
        board.Write(DmaProbeRegisters.Length, lengthBytes);
        board.Write(DmaProbeRegisters.Request, (uint)operation | attributes);
        board.Write(DmaProbeRegisters.Go, 1);
        return (DmaProbeStatus)board.Read(DmaProbeRegisters.Status);
    }

    // One page is mapped, Mapped to Frame, by tables of three levels at 1 MiB.
    private DeviceBoard WithUnit(TranslationType type)
    {
        var board = new DeviceBoard(_probe, memory => _unit = new RemappingUnit(memory, new RemappingUnitOptions { DeviceTlb = true }, new NoMessages()));
        const ulong Root = 0x10_0000;
        const ulong Context = 0x10_1000;
        const ulong Top = 0x10_2000;
        var entry = new ContextEntry { IsPresent = true, Type = type, Levels = 3, Domain = new DomainId(1), SecondStageTable = new PhysAddr(Top) };
        Put(board, Root, Context | 1);
        Put(board, Context + ((ulong)DeviceBoard.Place.DevFn * 16), entry.Low);
        Put(board, Context + ((ulong)DeviceBoard.Place.DevFn * 16) + 8, entry.High);
        Put(board, Top, 0x10_3003);
        Put(board, 0x10_3000, 0x10_4003);
        Put(board, 0x10_4008, Frame | 3);
        _unit!.Write(RegisterOffsets.RootTableAddress, Root, AccessWidth.QuadWord);
        _unit.Write(RegisterOffsets.GlobalCommand, (uint)GlobalCommand.SetRootTablePointer, AccessWidth.DoubleWord);
        _unit.Write(RegisterOffsets.GlobalCommand, (uint)GlobalCommand.Translation, AccessWidth.DoubleWord);
        return board;
    }

    private static void Put(DeviceBoard board, ulong address, ulong value) => board.WriteMemory(address, BitConverter.GetBytes(value));

    private FaultRecord Record()
    {
        var place = _unit!.Capability.FaultRecordsOffset;
        return new FaultRecord(_unit.Read(place, AccessWidth.QuadWord), _unit.Read(place + 8, AccessWidth.QuadWord));
    }

    private sealed class NoMessages : IMessagePort
    {
        public void Send(PhysAddr address, uint data)
        {
        }
    }
}
