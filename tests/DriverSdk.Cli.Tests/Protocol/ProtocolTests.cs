using System.Globalization;
using DriverSdk.Cli.Protocol;

namespace DriverSdk.Cli.Tests.Protocol;

[TestClass]
public sealed class ProtocolTests
{
    private static readonly string[] NeverRefused = ["endianness", "emu_interrupts"];
    private static readonly string[] AlwaysRefused = ["module_load"];

    public static IEnumerable<object[]> Good => ProtocolRows.SameAsQemu.Concat(ProtocolRows.Ours).Select(row => new object[] { row.Request, row.Answer });

    public static IEnumerable<object[]> Bad => ProtocolRows.Refused.Select(row => new object[] { row.Request, row.Beginning });

    [TestMethod]
    [DynamicData(nameof(Good))]
    public void AGoodRequest_HasItsAnswer(string request, string answer)
    {
        using var door = new TestDoor();
        Assert.AreEqual(answer + "\n", door.Send(request + "\n"));
    }

    [TestMethod]
    [DynamicData(nameof(Bad))]
    public void ABadRequest_FailsWithASentenceAndTheConnectionLivesOn(string request, string beginning)
    {
        using var door = new TestDoor();
        var answer = door.Send(request + "\n");
        StringAssert.StartsWith(answer, beginning);
        Assert.AreEqual(1, answer.Count(letter => letter == '\n'));
        Assert.AreEqual("OK little\n", door.Send("endianness\n"));
    }

    [TestMethod]
    public void EveryCommand_HasAGoodAndABadRow()
    {
        var good = ProtocolRows.SameAsQemu.Concat(ProtocolRows.Ours).SelectMany(row => row.Request.Split('\n')).Select(Name).ToHashSet();
        var bad = ProtocolRows.Refused.Select(row => Name(row.Request)).ToHashSet();
        foreach (var command in CommandTable.All.Select(command => command.Name))
        {
            Assert.IsTrue(good.Contains(command) || AlwaysRefused.Contains(command) || command == "emu_statistics", $"{command} has no good row");
            Assert.IsTrue(bad.Contains(command) || NeverRefused.Contains(command), $"{command} has no bad row");
        }

        static string Name(string request) => request.Split(' ', '\r')[0];
    }

    [TestMethod]
    public void PipelinedRequests_AreAnsweredInOrder()
    {
        using var door = new TestDoor();
        var requests = string.Concat(Enumerable.Range(0, 500).Select(number => $"writel 0x1000 {number}\nreadl 0x1000\n"));
        var expected = string.Concat(Enumerable.Range(0, 500).Select(number => string.Create(CultureInfo.InvariantCulture, $"OK\nOK 0x{number:x16}\n")));
        Assert.AreEqual(expected, door.Send(requests));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(4096)]
    public void RequestsInPieces_AreAnsweredAsIfTheyCameWhole(int pieceBytes)
    {
        var stream = string.Concat(ProtocolRows.SameAsQemu.Select(row => row.Request + "\r\n"));
        using var whole = new TestDoor();
        using var pieces = new TestDoor();
        var expected = whole.Send(stream);
        Assert.AreEqual(expected, string.Concat(stream.Chunk(pieceBytes).Select(piece => pieces.Send(new string(piece)))));
    }

    [TestMethod]
    public void ARequestWithoutItsEnd_IsNotAnswered()
    {
        using var door = new TestDoor();
        Assert.AreEqual("", door.Send("readl 0x10"));
        Assert.AreEqual("OK 0x0000000000000000\n", door.Send("00\n"));
    }

    [TestMethod]
    public void AMebibyteInOneLine_IsWrittenAndReadBack()
    {
        using var door = new TestDoor();
        var bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        door.Ok($"write 0x100000 0x100000 0x{Convert.ToHexString(bytes)}");
        Assert.AreEqual("0x" + Convert.ToHexStringLower(bytes), door.Ok("read 0x100000 0x100000"));
        door.Ok($"b64write 0x200000 0x100000 {Convert.ToBase64String(bytes)}");
        Assert.AreEqual(Convert.ToBase64String(bytes), door.Ok("b64read 0x200000 0x100000"));
    }

    [TestMethod]
    public void ALineThatNeverEnds_IsRefusedOnceAtItsEnd()
    {
        using var door = new TestDoor();
        var piece = new byte[16 << 20];
        Array.Fill(piece, (byte)'a');
        for (var sent = 0L; sent < (2L * Door.MostTransferBytes) + piece.Length; sent += piece.Length)
            Assert.AreEqual("", door.Send(piece));
        StringAssert.StartsWith(door.Send("\nendianness\n"), "FAIL The line was longer than ");
        Assert.AreEqual("OK little", door.Ask("endianness"));
    }

    [TestMethod]
    public void TwoMachinesInOneProcess_ShareNothing()
    {
        using var one = new TestDoor(iommu: "");
        using var other = new TestDoor(iommu: "", devices: "edu@00:03.0");
        one.Ok("writel 0x1000 1");
        one.Ok("clock_set 77");
        one.Ok("writel 0xfed90038 0");
        Assert.AreEqual(0UL, other.Number("readl 0x1000"));
        Assert.AreEqual("OK 1", other.Ask("clock_step 1"));
        Assert.AreEqual(0x80000000UL, other.Number("readl 0xfed90038"));
        Assert.AreEqual(0x11e81234u, other.ReadConfig(3, 0));
        Assert.AreEqual(uint.MaxValue, one.ReadConfig(3, 0));
    }
}
