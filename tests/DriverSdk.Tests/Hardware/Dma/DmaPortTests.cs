using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Tests.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Dma;

[TestClass]
public sealed class DmaPortTests
{
    private static readonly Bdf Place = new(0, 3, 0);

    private readonly ProbeDevice _device = new();

    [TestMethod]
    public void WithoutRemapper_AddressesAreIdentity()
    {
        using var board = Board();

        Assert.AreEqual(DmaStatus.Success, _device.WriteMemory(0x1ffe, 1, 2, 3, 4));

        var landed = new byte[4];
        Assert.IsTrue(board.Memory.TryRead(new PhysAddr(0x1ffe), landed));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4 }, landed);
        var back = new byte[4];
        Assert.AreEqual(DmaStatus.Success, _device.Port.Read(new Iova(0x1ffe), back));
        CollectionAssert.AreEqual(landed, back);
    }

    [TestMethod]
    public void WithoutBusMaster_NothingMoves_AndNothingIsTranslated()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        remapper.Map(0x1000, 0x1000);
        board.Enable(Place, PciCommand.MemorySpace);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(0x1000, 1));
        Assert.AreEqual(0, remapper.Requests.Count);
    }

    [TestMethod]
    public void Unattached_MovesNothing() => Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(0x1000, 1));

    [TestMethod]
    public void EmptyTransfer_SucceedsWithoutATranslation()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);

        Assert.AreEqual(DmaStatus.Success, _device.WriteMemory(0x1000));
        Assert.AreEqual(0, remapper.Requests.Count);
    }

    [TestMethod]
    public void AdjacentPages_AreOneRun_OthersAreNot()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        remapper.Map(0x10000, 0x5000);
        remapper.Map(0x11000, 0x6000);
        remapper.Map(0x12000, 0x2000);
        remapper.Map(0x13000, 0x3000);

        var runs = Runs(0x10800, 0x3000, out var status);

        Assert.AreEqual(DmaStatus.Success, status);
        CollectionAssert.AreEqual(new[] { (0UL, 0x1800), (0x1800UL, 0x1800) }, runs);
        CollectionAssert.AreEqual(
            new[] { 0x10800UL, 0x11000UL, 0x12000UL, 0x13000UL }, remapper.Requests.Select(request => request.Address).ToArray(), "each page once");
        Assert.IsTrue(remapper.Requests.All(request => request.Source == Place && request.Access == IommuAccess.Read));
        Assert.AreEqual(0, remapper.OutsideSlot);
    }

    [TestMethod]
    public void OneMegabyte_OfAdjacentPages_IsOneCall()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        for (var page = 0UL; page < 256; page++)
            remapper.Map(0x4000_0000 + (page << 12), 0x10_0000 + (page << 12));

        CollectionAssert.AreEqual(new[] { (0UL, 1 << 20) }, Runs(0x4000_0000, 1 << 20, out _));
    }

    [TestMethod]
    public void FaultPartWay_LandsTheBytesBefore()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        remapper.Map(0x10000, 0x5000);
        remapper.Map(0x11000, 0x6000, IommuAccess.Read);

        var data = Enumerable.Repeat((byte)0xaa, 0x20).ToArray();
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(0x10ff0, data));

        var landed = new byte[0x20];
        Assert.IsTrue(board.Memory.TryRead(new PhysAddr(0x5ff0), landed));
        Assert.IsTrue(landed.AsSpan(0, 0x10).SequenceEqual(data.AsSpan(0, 0x10)));
        Assert.IsTrue(landed.AsSpan(0x10).IndexOfAnyExcept((byte)0) < 0);
        Assert.IsFalse(remapper.Watched.Single().IsInFlight);
    }

    [TestMethod]
    public void PastRam_LandsTheBytesBefore_AndRefusesTheRest()
    {
        using var board = Board();
        var end = MemoryLayout.MinRamBytes;

        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(end - 2, 1, 2, 3, 4));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(end, 1));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(ulong.MaxValue - 1, 1, 2, 3, 4), "the end of the address space");

        var landed = new byte[2];
        Assert.IsTrue(board.Memory.TryRead(new PhysAddr(end - 2), landed));
        CollectionAssert.AreEqual(new byte[] { 1, 2 }, landed);
    }

    [TestMethod]
    public void TranslatedOutsideRam_IsRefused()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        remapper.Map(0x1000, PciBoard.BarAddress);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(0x1000, 1));
    }

    [TestMethod]
    public void InterruptRange_AlignedDwordWrite_IsAMessage_NeverTranslated()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);

        Assert.AreEqual(DmaStatus.Success, _device.WriteMemory(0xfee0_1000, 0x41, 0, 0, 0));

        CollectionAssert.AreEqual(new[] { (1u, (byte)0x41) }, board.Sink.Take());
        Assert.AreEqual(0, remapper.Requests.Count);
    }

    [TestMethod]
    public void InterruptRange_AnythingElse_IsRefused()
    {
        using var board = Board();

        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(0xfee0_1000, 0x41, 0));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(0xfee0_1002, 0x41, 0, 0, 0));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.WriteMemory(0xfee0_1000, 0x41, 0, 0, 0, 0, 0, 0, 0));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.Port.Read(new Iova(0xfee0_0000), new byte[4]));
        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    [TestMethod]
    public void TransferIntoTheInterruptRange_StopsBeforeIt()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        remapper.Map(0xfedf_f000, 0x5000);
        remapper.Map(0xfee0_0000, 0x6000);

        var runs = Runs(0xfedf_fff0, 0x20, out var status);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, status);
        CollectionAssert.AreEqual(new[] { (0UL, 0x10) }, runs);
    }

    [TestMethod]
    public void AboveTheInterruptRange_IsOrdinaryMemory()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        remapper.Map(0xfef0_0000, 0x5000);

        Assert.AreEqual(DmaStatus.Success, _device.WriteMemory(0xfef0_0000, 1, 2, 3, 4));
    }

    [TestMethod]
    public void BothWaysAtOnce_IsAMistakeOfTheDevice()
    {
        using var board = Board();
        var state = 0;

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _device.Port.Transfer(default, 4, IommuAccess.ReadWrite, ref state, static (scoped _, _, ref _) => { }));
    }

    [TestMethod]
    public void Message_FromInsideATransfer_IsDelivered()
    {
        using var board = Board();
        var state = _device;

        Assert.AreEqual(DmaStatus.Success, _device.Port.Transfer(new Iova(0x1000), 4, IommuAccess.Write, ref state,
            static (scoped _, _, ref device) => device.WriteMemory(0xfee0_0000, 0x41, 0, 0, 0)));

        Assert.AreEqual(1, board.Sink.Take().Length);
    }

    [TestMethod]
    public void ActionThatThrows_LeavesThePortFree()
    {
        using var board = Board();
        var state = 0;

        Assert.ThrowsExactly<InvalidDataException>(
            () => _device.Port.Transfer(default, 4, IommuAccess.Read, ref state, static (scoped _, _, ref _) => throw new InvalidDataException()));
        Assert.AreEqual(DmaStatus.Success, _device.WriteMemory(0, 1));
    }

    [TestMethod]
    public void TransferInsideATransfer_IsRefusedInsteadOfWaitingForItself()
    {
        using var board = Board();
        var state = _device;

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(
            () => _device.Port.Transfer(new Iova(0x1000), 4, IommuAccess.Write, ref state,
                static (scoped _, _, ref device) => device.WriteMemory(0x2000, 1))).Message, "finish the transfer first");
    }

    [TestMethod]
    public void Detach_StopsTheUnitFromWaiting()
    {
        var remapper = new PagedRemapper();
        using var board = Board(remapper);
        Assert.AreEqual(1, remapper.Watched.Count);

        board.Root.Detach(_device);

        Assert.AreEqual(0, remapper.Watched.Count);
    }

    [TestMethod]
    public void Transfers_AllocateNothing()
    {
        using var board = Board();
        var buffer = new byte[64];
        _device.Port.Write(new Iova(0x1000), buffer);
        _device.Port.Read(new Iova(0x1000), buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _device.Port.Write(new Iova(0x1000), buffer);
            _device.Port.Read(new Iova(0x1000), buffer);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void TwoCallers_OfOnePort_TakeTurns()
    {
        const int Rounds = 20_000;
        using var board = Board();
        var counter = new Counter();

        void Caller()
        {
            for (var i = 0; i < Rounds; i++)
            {
                // Not interlocked: only the port keeps the two increments apart.
                _device.Port.Transfer(new Iova(0x1000), 8, IommuAccess.Write, ref counter, static (scoped _, _, ref state) => state.Value++);
            }
        }

        var other = new Thread(Caller);
        other.Start();
        Caller();
        other.Join();

        Assert.AreEqual(2 * Rounds, counter.Value);
    }

    private PciBoard Board(PagedRemapper? remapper = null)
    {
        var board = new PciBoard(remapper);
        // The host bridge's slot, which this fixture has no use for.
        remapper?.Watched.Clear();
        board.Root.Attach(_device, Place);
        board.Enable(Place, PciCommand.BusMaster);
        return board;
    }

    private (ulong Offset, int Length)[] Runs(ulong start, ulong lengthBytes, out DmaStatus status)
    {
        var runs = new List<(ulong, int)>();
        status = _device.Port.Transfer(new Iova(start), lengthBytes, IommuAccess.Read, ref runs, static (scoped memory, offset, ref seen) => seen.Add((offset, memory.Length)));
        return [.. runs];
    }

    private sealed class Counter
    {
        public int Value { get; set; }
    }
}
