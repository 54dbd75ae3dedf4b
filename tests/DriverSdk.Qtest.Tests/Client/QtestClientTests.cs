using DriverSdk.Contract.Addressing;

namespace DriverSdk.Qtest.Tests.Client;

[TestClass]
public sealed class QtestClientTests
{
    [TestMethod]
    public void Read_OfEachWidth_SendsItsCommand()
    {
        using var door = FakeDoor.Answering(_ => "OK 0x0000000000000012\n");
        var at = new PhysAddr(0xfed9_0000);

        Assert.AreEqual(0x12, door.Client.Read8(at));
        Assert.AreEqual(0x12, door.Client.Read16(at));
        Assert.AreEqual(0x12u, door.Client.Read32(at));
        Assert.AreEqual(0x12ul, door.Client.Read64(at));
        Assert.AreEqual(0x12, door.Client.InByte(0x60));
        CollectionAssert.AreEqual((string[])["readb 0xfed90000", "readw 0xfed90000", "readl 0xfed90000", "readq 0xfed90000", "inb 0x60"], door.Lines.ToArray());
    }

    [TestMethod]
    public void Refusal_SaysWhatWasSentAndWhatCameBack()
    {
        using var door = FakeDoor.Answering(_ => "FAIL Unknown command 'foo'\n");

        var error = Assert.ThrowsExactly<QtestException>(() => door.Client.Execute("foo"));

        StringAssert.Contains(error.Message, "Sent 'foo', expected OK, and got 'FAIL Unknown command 'foo''.");
    }

    [TestMethod]
    public void Silence_EndsInAnExceptionAfterTheTimeout()
    {
        using var door = FakeDoor.Answering(_ => "");
        door.Client.Timeout = TimeSpan.FromMilliseconds(50);

        var error = Assert.ThrowsExactly<QtestException>(() => door.Client.Read32(default));

        StringAssert.Contains(error.Message, "nothing came back within 0.1 s");
    }

    [TestMethod]
    public void AClosedConnection_IsNamed()
    {
        using var door = FakeDoor.Answering(_ => null);

        var error = Assert.ThrowsExactly<QtestException>(() => door.Client.Read32(default));

        StringAssert.Contains(error.Message, "the machine closed the connection");
    }

    [TestMethod]
    public void InterruptLines_AreQueuedBetweenAnswers()
    {
        using var door = FakeDoor.Answering(line => line == "outb 0x1 0x2" ? "IRQ raise 5\nOK\nIRQ lower 5\n" : "OK\n");
        door.Client.InterceptInputsOf("ioapic");

        door.Client.OutByte(1, 2);

        Assert.AreEqual(new IrqEvent(5, IrqLevel.Raised), door.Client.WaitForInterrupt(TimeSpan.FromSeconds(10)));
        Assert.AreEqual(new IrqEvent(5, IrqLevel.Lowered), door.Client.WaitForInterrupt(TimeSpan.FromSeconds(10)));
        Assert.IsFalse(door.Client.TryTakeInterrupt(out _));
    }

    [TestMethod]
    public void Batch_SendsEverythingBeforeItReads_AndReturnsTheReads()
    {
        var lines = 0;
        using var door = FakeDoor.Answering(line => ++lines < 3 ? "" : "OK\nOK 0x7\nOK 0x8\n");

        var values = door.Client.StartBatch().Write64(new PhysAddr(8), 1).Read32(new PhysAddr(16)).Read64(new PhysAddr(24)).Run();

        CollectionAssert.AreEqual((ulong[])[7, 8], values.ToArray());
    }

    [TestMethod]
    public void Batch_WithARefusedRequest_LeavesTheConnectionUsable()
    {
        using var door = FakeDoor.Answering(line => line.StartsWith("bad", StringComparison.Ordinal) ? "FAIL no\n" : "OK 0x9\n");
        var batch = door.Client.StartBatch().Read32(default).Add("bad one").Read32(default);

        var error = Assert.ThrowsExactly<QtestException>(() => batch.Run());

        StringAssert.Contains(error.Message, "'bad one'");
        Assert.AreEqual(9u, door.Client.Read32(default));
    }

    [TestMethod]
    public void LongTransfers_AreCutIntoPieces()
    {
        using var door = FakeDoor.Answering(_ => "OK\n");

        door.Client.WriteBytes(new PhysAddr(0x1000), new byte[10000]);

        CollectionAssert.AreEqual((string[])["b64write 0x1000 0x1000", "b64write 0x2000 0x1000", "b64write 0x3000 0x710"],
            door.Lines.Select(line => line[..line.LastIndexOf(' ')]).ToArray());
    }

    [TestMethod]
    [DataRow("unix:")]
    [DataRow("tcp:127.0.0.1")]
    [DataRow("tcp:nowhere:1")]
    [DataRow("/tmp/socket")]
    public void Address_OfAnotherForm_IsRefusedWithAnExample(string text)
    {
        var error = Assert.ThrowsExactly<FormatException>(() => QtestAddress.Parse(text));

        StringAssert.Contains(error.Message, "unix:PATH or tcp:ADDRESS:PORT");
    }
}
