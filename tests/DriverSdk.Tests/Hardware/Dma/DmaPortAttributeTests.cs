using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Tests.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Dma;

[TestClass]
public sealed class DmaPortAttributeTests
{
    private static readonly Bdf Place = new(0, 3, 0);
    private static readonly DmaAttributes WithPasid = new() { Pasid = new Pasid(7) };

    private readonly ProbeDevice _device = new();
    private readonly PagedRemapper _remapper = new();

    [TestMethod]
    public void AttributesReachTheUnit_PageByPage()
    {
        using var board = Board();
        _remapper.Map(0x10000, 0x5000);
        _remapper.Map(0x11000, 0x6000);

        Assert.AreEqual(DmaStatus.Success, _device.Port.Write(new Iova(0x10ffe), [1, 2, 3, 4], WithPasid));

        CollectionAssert.AreEqual(new[] { WithPasid, WithPasid }, _remapper.Attributes);
        Assert.AreEqual(0, _remapper.OutsideSlot);
        var landed = new byte[4];
        Assert.IsTrue(board.Memory.TryRead(new PhysAddr(0x5ffe), landed));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4 }, landed);
        Assert.AreEqual(4UL, board.Root.BytesMoved);
    }

    [TestMethod]
    public void AttributesOfAnOrdinaryRequest_TakeThePlainWay()
    {
        using var board = Board();
        _remapper.Map(0x10000, 0x5000);

        Assert.AreEqual(DmaStatus.Success, _device.Port.Read(new Iova(0x10000), new byte[4], new DmaAttributes { IsExecute = true }));

        Assert.IsEmpty(_remapper.Attributes);
        Assert.HasCount(1, _remapper.Requests);
    }

    [TestMethod]
    public void ARequestWithPasid_IsTranslatedInTheInterruptRange()
    {
        using var board = Board();
        _remapper.Map(0xfee0_0000, 0x5000);

        Assert.AreEqual(DmaStatus.Success, _device.Port.Write(new Iova(0xfee0_0000), [1, 2, 3, 4], WithPasid));
        Assert.IsEmpty(board.Sink.Take());
    }

    [TestMethod]
    public void ARequestThatWraps_EndsAtTheLastByte()
    {
        using var board = Board();
        _remapper.Map(0xffff_ffff_ffff_f000, 0x5000);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.Port.Write(new Iova(ulong.MaxValue), [9, 9], WithPasid));

        var landed = new byte[1];
        Assert.IsTrue(board.Memory.TryRead(new PhysAddr(0x5fff), landed));
        Assert.AreEqual(9, landed[0]);
    }

    [TestMethod]
    public void AReadOfNothing_IsJudged_AndMovesNothing()
    {
        using var board = Board();
        _remapper.Map(0x10000, 0x5000, IommuAccess.Write);

        Assert.AreEqual(DmaStatus.Success, _device.Port.ReadNothing(new Iova(0x10008)));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.Port.ReadNothing(new Iova(0x11008)));
        Assert.AreEqual(0UL, board.Root.BytesMoved);
        Assert.AreEqual(0, _remapper.OutsideSlot);
        board.Enable(Place, PciCommand.MemorySpace);
        Assert.AreEqual(DmaStatus.UnsupportedRequest, _device.Port.ReadNothing(new Iova(0x10008)));
    }

    [TestMethod]
    public void ATranslationRequest_IsNoTransfer()
    {
        using var board = Board();
        var asking = new DmaAttributes { AddressType = RequestAddressType.TranslationRequest };

        Assert.ThrowsExactly<ArgumentException>(() => _device.Port.Read(default, new byte[4], asking));
        Assert.ThrowsExactly<ArgumentException>(() => _device.Port.ReadNothing(default, asking));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _device.Port.RequestTranslation(default, IommuAccess.None, out _));
        _remapper.Map(0x10000, 0x5000, IommuAccess.Read);
        Assert.AreEqual(DmaStatus.Success, _device.Port.RequestTranslation(new Iova(0x10008), IommuAccess.ReadWrite, out var answer));
        Assert.AreEqual(new DmaTranslation(new PhysAddr(0x5000), 4096, IommuAccess.Read), answer);
        Assert.AreEqual(asking, _remapper.Attributes[^1]);
    }

    [TestMethod]
    public void APasid_HasTwentyBits()
    {
        Assert.AreEqual("pasid:1048575", new Pasid(Pasid.LastValue).ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Pasid(Pasid.LastValue + 1));
    }

    private PciBoard Board()
    {
        var board = new PciBoard(_remapper);
        board.Root.Attach(_device, Place);
        board.Enable(Place, PciCommand.MemorySpace | PciCommand.BusMaster);
        return board;
    }
}
