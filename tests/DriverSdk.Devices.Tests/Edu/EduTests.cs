using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Devices.Edu;
using DriverSdk.Devices.Tests.Nvme;

namespace DriverSdk.Devices.Tests.Edu;

/// <summary>Expected values were read from QEMU 7.2's own device through qtest.</summary>
[TestClass]
public sealed class EduTests
{
    private const ulong Live = 0x04;
    private const ulong Factorial = 0x08;
    private const ulong Status = 0x20;
    private const ulong Reasons = 0x24;
    private const ulong RaiseInterrupt = 0x60;
    private const ulong Acknowledge = 0x64;
    private const ulong Source = 0x80;
    private const ulong Destination = 0x88;
    private const ulong Count = 0x90;
    private const ulong Command = 0x98;
    private const ulong Buffer = 0x4_0000;
    private const long TransferTime = 100_000_000;

    private readonly EduDevice _edu = new();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void ItSaysWhatQemusDeviceSays()
    {
        using var board = new DeviceBoard(_edu);

        Assert.AreEqual(0x11e8_1234u, board.ReadConfig(0x00));
        Assert.AreEqual(0x00ff_0010u, board.ReadConfig(0x08));
        Assert.AreEqual(0x1100_1af4u, board.ReadConfig(0x2c));
        Assert.AreEqual(1u, (board.ReadConfig(0x3c) >> 8) & 0xff, "INTA");
        Assert.AreEqual(0x0100_00edUL, board.Read(0));
        board.WriteConfig(PciHeader.Bar0, uint.MaxValue);
        Assert.AreEqual(0xfff0_0000u, board.ReadConfig(PciHeader.Bar0));
        Assert.AreEqual(0x0080u, board.ReadConfig(board.FindCapability(PciCapabilityId.Msi)) >> 16, "MSI: 64 bits, one vector, no masks");
    }

    [TestMethod]
    public void OnlyTheWidthsItKnowsReachARegister()
    {
        using var board = new DeviceBoard(_edu);
        board.Write(Live, 0x1234_5678);
        board.Write(Live, 0xff, AccessWidth.Byte);
        board.Write(Live, 0xff, AccessWidth.Word);
        board.Write(Factorial, 5, AccessWidth.QuadWord);

        Assert.AreEqual(0xedcb_a987UL, board.Read(Live));
        Assert.AreEqual(0UL, board.Read(Factorial));
        Assert.AreEqual(0UL, board.Read(Live, AccessWidth.Byte));
        Assert.AreEqual(0UL, board.Read(0, AccessWidth.Word));
        Assert.AreEqual(ulong.MaxValue, board.Read(Factorial, AccessWidth.QuadWord));
        foreach (var nothing in new ulong[] { 0x0c, RaiseInterrupt, Acknowledge, Source + 4, 0xa0, Buffer, 0xf_fff8 })
            Assert.AreEqual(0xffff_ffffUL, board.Read(nothing), $"0x{nothing:x}");

        board.Write(Source, 0x1122_3344_5566_7788, AccessWidth.QuadWord);
        board.Write(Source + 4, 0x99);
        Assert.AreEqual(0x1122_3344_5566_7788UL, board.Read(Source, AccessWidth.QuadWord));
        Assert.AreEqual(0x5566_7788UL, board.Read(Source));
        board.Write(Source, 0x11);
        Assert.AreEqual(0x11UL, board.Read(Source, AccessWidth.QuadWord));
    }

    [TestMethod]
    [DataRow(0u, 1u)]
    [DataRow(5u, 120u)]
    [DataRow(13u, 0x7328_cc00u)]
    [DataRow(40u, 0u)]
    [DataRow(uint.MaxValue, 0u)]
    public void AFactorialIsComputedWhileTheDriverWaits(uint operand, uint result)
    {
        using var board = new DeviceBoard(_edu);
        board.Timeline.KeepsWork = true;
        board.Write(Factorial, operand);

        Assert.AreEqual(1UL, board.Read(Status));
        Assert.AreEqual(operand, board.Read(Factorial));
        board.Write(Factorial, 3);
        board.Timeline.RunPosted();

        Assert.AreEqual(0UL, board.Read(Status));
        Assert.AreEqual(result, board.Read(Factorial));
        Assert.AreEqual(0, board.TakeVectors().Length);
    }

    [TestMethod]
    public void AFactorialInterruptsWhenAskedTo()
    {
        using var board = new DeviceBoard(_edu);
        board.EnableLine();
        board.Write(Status, 0xff);
        Assert.AreEqual(0x80UL, board.Read(Status));

        board.Write(Factorial, 3);

        Assert.AreEqual(1UL, board.Read(Reasons));
        CollectionAssert.AreEqual(new[] { DeviceBoard.LineVector }, board.TakeVectors());
    }

    [TestMethod]
    public void TheLineStaysUntilEveryReasonIsAcknowledged()
    {
        using var board = new DeviceBoard(_edu);
        board.EnableLine();
        board.Write(RaiseInterrupt, 0);
        Assert.AreEqual(0, board.TakeVectors().Length, "no reason, no interrupt");

        board.Write(RaiseInterrupt, 5);
        board.Write(Acknowledge, 1);
        board.EndOfInterrupt();
        CollectionAssert.AreEqual(new[] { DeviceBoard.LineVector, DeviceBoard.LineVector }, board.TakeVectors(), "one reason is left");
        Assert.AreEqual(4UL, board.Read(Reasons));

        board.Write(Acknowledge, uint.MaxValue);
        board.EndOfInterrupt();
        Assert.AreEqual(0, board.TakeVectors().Length);
        Assert.AreEqual(0UL, board.Read(Reasons));
    }

    [TestMethod]
    public void AMessageIsSentForEachRaise_AlsoIntoOrdinaryMemory()
    {
        using var board = new DeviceBoard(_edu);
        board.EnableMsi();
        board.Write(RaiseInterrupt, 2);
        board.Write(RaiseInterrupt, 0);
        CollectionAssert.AreEqual(new[] { DeviceBoard.MessageVector, DeviceBoard.MessageVector }, board.TakeVectors(), "a raise of nothing repeats what is pending");

        board.EnableMsi(0x30_0000);
        board.Write(RaiseInterrupt, 2);
        CollectionAssert.AreEqual(new byte[] { DeviceBoard.MessageVector, 0, 0, 0 }, board.ReadMemory(0x30_0000, 4));
        Assert.AreEqual(0, board.TakeVectors().Length);
    }

    [TestMethod]
    public void ATransferEndsAfterItsTime_AndGoesBothWays()
    {
        using var board = new DeviceBoard(_edu);
        board.EnableMsi();
        board.WriteMemory(0x10_0000, 1, 2, 3, 4);
        Start(board, 0x10_0000, Buffer + 0x10, 4, 0x1235);
        board.Timeline.Advance(TransferTime - 1);
        Assert.AreEqual(0x1235UL, board.Read(Command));
        board.Write(Source, 0x55);
        board.Write(Command, 3);
        Assert.AreEqual(0x10_0000UL, board.Read(Source), "a running transfer keeps its registers");

        board.Timeline.Advance(1);
        Assert.AreEqual(0x1234UL, board.Read(Command, AccessWidth.QuadWord));
        Assert.AreEqual(0x100UL, board.Read(Reasons));
        CollectionAssert.AreEqual(new[] { DeviceBoard.MessageVector }, board.TakeVectors());

        Start(board, Buffer + 0x11, 0x20_0000, 3, 3);
        board.Timeline.Advance(TransferTime);
        CollectionAssert.AreEqual(new byte[] { 2, 3, 4 }, board.ReadMemory(0x20_0000, 3));
        Assert.AreEqual(0, board.TakeVectors().Length, "it was not asked to interrupt");
    }

    [TestMethod]
    public void WithoutTheStartBitNothingHappens()
    {
        using var board = new DeviceBoard(_edu);
        board.Write(Command, 6);
        board.Timeline.Advance(TransferTime);
        Assert.AreEqual(0UL, board.Read(Command));
    }

    [TestMethod]
    public void AddressBitsAboveTheMaskAreDropped()
    {
        using var board = new DeviceBoard(_edu);
        board.WriteMemory(0x10_0000, 7);
        Transfer(board, 0xabc0_0000_0010_0000, Buffer, 1, 1);
        Transfer(board, Buffer, 0xf020_0000, 1, 3);
        Assert.AreEqual(7, board.ReadMemory(0x20_0000, 1)[0]);

        var wide = new EduDevice(dmaMask: ulong.MaxValue);
        using var other = new DeviceBoard(wide);
        Transfer(other, Buffer, 0xf020_0000, 1, 3);
        Assert.AreEqual(1, wide.FailedTransfers, "with a wide mask the address is taken as it is");
    }

    [TestMethod]
    [DataRow(0x3_ffffUL, 1UL)]
    [DataRow(0x4_0000UL, 4097UL)]
    [DataRow(0x4_1000UL, 1UL)]
    [DataRow(0x4_0fffUL, 2UL)]
    [DataRow(0UL, ulong.MaxValue)]
    [DataRow(0x4_0001UL, ulong.MaxValue)]
    [DataRow(ulong.MaxValue, 2UL)]
    public void ARangeOutsideTheBufferEndsTheTransfer_AndMovesNothing(ulong inBuffer, ulong count)
    {
        using var board = new DeviceBoard(_edu);
        board.WriteMemory(0x10_0000, 0xaa);
        Transfer(board, inBuffer, 0x10_0000, count, 7);
        Transfer(board, 0x10_0000, inBuffer, count, 5);

        Assert.AreEqual(2, _edu.RefusedRanges);
        Assert.AreEqual(0UL, board.Read(Command) & 1);
        Assert.AreEqual(0x100UL, board.Read(Reasons), "a waiting driver is woken all the same");
        Assert.AreEqual(0xaa, board.ReadMemory(0x10_0000, 1)[0]);
    }

    [TestMethod]
    public void TheWholeBufferAndNothingAreBothGoodRanges()
    {
        using var board = new DeviceBoard(_edu);
        Transfer(board, 0x10_0000, Buffer, 4096, 1);
        Transfer(board, 0x10_0000, Buffer + 4096, 0, 1);
        Assert.AreEqual(0, _edu.RefusedRanges + _edu.FailedTransfers);
    }

    [TestMethod]
    public void ABlockedPageEndsTheTransfer_WithWhatCameBefore()
    {
        var remapper = new TestRemapper();
        using var board = new DeviceBoard(_edu, _ => remapper);
        remapper.Block(0x10_1000);
        board.WriteMemory(0x10_0ffe, 1, 2, 3, 4);
        Transfer(board, 0x10_0ffe, Buffer, 4, 5);
        Transfer(board, Buffer, 0x20_0000, 4, 3);

        CollectionAssert.AreEqual(new byte[] { 1, 2, 0, 0 }, board.ReadMemory(0x20_0000, 4));
        Assert.AreEqual(1, _edu.FailedTransfers);
        Assert.AreEqual(0x100UL, board.Read(Reasons));
    }

    [TestMethod]
    public void AResetForgetsEverything_AlsoWorkUnderWay()
    {
        using var board = new DeviceBoard(_edu);
        board.Timeline.KeepsWork = true;
        board.WriteMemory(0x10_0000, 9);
        board.Write(Live, 1);
        board.Write(RaiseInterrupt, 3);
        board.Write(Factorial, 4);
        Start(board, Buffer, 0x10_0000, 1, 3);
        board.ResetFunction();
        board.WriteConfig(PciHeader.Bar0, (uint)DeviceBoard.Registers);
        board.WriteConfig(PciHeader.Command, (uint)(PciCommand.MemorySpace | PciCommand.BusMaster));
        board.Timeline.Advance(TransferTime);

        foreach (var register in new[] { Live, Factorial, Status, Reasons, Source, Destination, Count, Command })
            Assert.AreEqual(0UL, board.Read(register), $"0x{register:x}");
        Assert.AreEqual(9, board.ReadMemory(0x10_0000, 1)[0]);
    }

    [TestMethod]
    public void RandomAccessesNeverThrow()
    {
        var seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        using var board = new DeviceBoard(_edu);
        board.AccessAtRandom(seed, count: 20_000, barBytes: 1 << 20,
            [Live, Factorial, Status, Reasons, RaiseInterrupt, Acknowledge, Source, Destination, Count, Command]);
    }

    [TestMethod]
    public void TheRegisterTableOfThePageIsTheDevice()
    {
        using var board = new DeviceBoard(_edu);
        var rows = RegisterPage.Read("Edu");
        Assert.HasCount(11, rows);
        for (var offset = 0UL; offset < 0x200; offset += 4)
        {
            var row = rows.SingleOrDefault(candidate => candidate.Offset == offset);
            var isReadable = row is not null && row.Access != "WO";
            Assert.AreEqual(isReadable, board.Read(offset) != uint.MaxValue, $"0x{offset:x} by 32 bits");
            if (offset % 8 == 0)
                Assert.AreEqual(row?.WidthBits == 64, board.Read(offset, AccessWidth.QuadWord) != ulong.MaxValue, $"0x{offset:x} by 64 bits");
        }
    }

    private static void Start(DeviceBoard board, ulong source, ulong destination, ulong count, ulong command)
    {
        board.Write(Source, source, AccessWidth.QuadWord);
        board.Write(Destination, destination, AccessWidth.QuadWord);
        board.Write(Count, count, AccessWidth.QuadWord);
        board.Write(Command, command, AccessWidth.QuadWord);
    }

    private static void Transfer(DeviceBoard board, ulong source, ulong destination, ulong count, ulong command)
    {
        Start(board, source, destination, count, command);
        board.Timeline.Advance(TransferTime);
    }
}
