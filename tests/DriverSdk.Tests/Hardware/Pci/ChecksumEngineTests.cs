using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class ChecksumEngineTests
{
    private const ulong Registers = 0x40_0000_0000;
    private const ulong Table = 0xc000_0000;

    private static readonly Bdf Place = new(0, 3, 0);

    [TestMethod]
    public void SumsABuffer_AndInterrupts()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ChecksumEngine(), Place);
        board.WriteConfig(Place, PciHeader.Bar0 + 4, 0x40);
        board.WriteConfig(Place, PciHeader.Bar0 + 16, (uint)Table);
        board.Enable(Place, PciCommand.MemorySpace | PciCommand.BusMaster);
        board.Write(Table, 0xfee0_0000);
        board.Write(Table + 8, 0x41);
        board.Write(Table + 12, 0);
        board.WriteConfig(Place, board.FindCapability(Place, PciCapabilityId.Msix)!.Value + 2, 0x8000, AccessWidth.Word);
        board.Memory.TryWrite(new PhysAddr(0x3ffe), [1, 2, 3, 4]);

        board.Write(Registers + 0x08, 0x3ffe, AccessWidth.QuadWord);
        board.Write(Registers + 0x04, 4);
        board.Write(Registers, 1);

        Assert.AreEqual(10UL, board.Read(Registers + 0x10, AccessWidth.QuadWord));
        Assert.AreEqual(0UL, board.Read(Registers));
        CollectionAssert.AreEqual(new[] { (0u, (byte)0x41) }, board.Sink.Take());

        board.Write(Registers + 0x08, 0xd000_0000, AccessWidth.QuadWord);
        board.Write(Registers, 1);
        Assert.AreEqual(2UL, board.Read(Registers), "the fault is shown");
    }

    [TestMethod]
    public void Source_IsAtMostSixtyLines()
    {
        var source = File.ReadAllLines(Path.Combine(SourceFolder(), "ChecksumEngine.cs"));

        Assert.IsTrue(source.Length <= 60, $"{source.Length} lines");
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
