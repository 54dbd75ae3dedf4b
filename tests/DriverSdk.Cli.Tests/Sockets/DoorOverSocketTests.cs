using System.Net;
using System.Net.Sockets;

namespace DriverSdk.Cli.Tests.Sockets;

[TestClass]
public sealed class DoorOverSocketTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dsq-");

    private string SocketPath => Path.Combine(_folder.FullName, "s");

    [TestCleanup]
    public void Clean() => _folder.Delete(recursive: true);

    [TestMethod]
    public void ADoor_ConnectsToAUnixSocketAndEndsWhenTheClientCloses()
    {
        using var listener = NewUnix();
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen(1);
        var door = new DoorProcess("qtest", "--socket", $"unix:{SocketPath}", "--memory", "64M", "--iommu", "aw-bits=39", "--device", "edu@00:03.0");
        using (var client = DoorProcess.Accept(listener))
        {
            Assert.AreEqual("OK little", DoorProcess.Ask(client, "endianness"));
            Assert.AreEqual("OK 0x0000000000000060", DoorProcess.Ask(client, "readl 0xfed90000"));
        }

        Assert.AreEqual(0, door.ExitCode(), door.Errors);
        Assert.AreEqual("", door.Output);
    }

    [TestMethod]
    public void ADoor_ConnectsToATcpPort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var door = new DoorProcess("qtest", "--socket", $"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");
        using (var client = DoorProcess.Accept(listener))
            Assert.AreEqual("OK little", DoorProcess.Ask(client, "endianness"));
        Assert.AreEqual(0, door.ExitCode(), door.Errors);
    }

    [TestMethod]
    public void AListeningDoor_TakesOneClientAndRemovesItsFile()
    {
        var door = new DoorProcess("qtest", "--socket", $"unix:{SocketPath},server=on");
        Assert.AreEqual($"unix:{SocketPath}", door.ListeningAt());
        using (var client = NewUnix())
        {
            client.Connect(new UnixDomainSocketEndPoint(SocketPath));
            Assert.AreEqual("OK little", DoorProcess.Ask(client, "endianness"));
            Assert.IsFalse(File.Exists(SocketPath));
        }

        Assert.AreEqual(0, door.ExitCode(), door.Errors);
    }

    [TestMethod]
    public void AListeningDoor_SaysWhichPortTheHostChose()
    {
        var door = new DoorProcess("qtest", "--socket", "tcp:127.0.0.1:0,server=on");
        var port = int.Parse(door.ListeningAt().Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            client.Connect(IPAddress.Loopback, port);
            Assert.AreEqual("OK", DoorProcess.Ask(client, "outl 0xcf8 0x80000000"));
            Assert.AreEqual("OK 0x29c08086", DoorProcess.Ask(client, "inl 0xcfc"));
        }

        Assert.AreEqual(0, door.ExitCode(), door.Errors);
    }

    [TestMethod]
    public void AClientThatIsGoneWithoutReading_EndsTheDoorQuietly()
    {
        var door = new DoorProcess("qtest", "--socket", "tcp:127.0.0.1:0,server=on");
        var port = int.Parse(door.ListeningAt().Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            client.Connect(IPAddress.Loopback, port);
            client.Send("read 0 0x1000000\n"u8);
            client.Close(0);
        }

        Assert.AreEqual(0, door.ExitCode(), door.Errors);
        Assert.AreEqual("", door.Errors);
    }

    [TestMethod]
    public void TwoDoors_ServeTwoClientsAtOnce()
    {
        var doors = new[] { new DoorProcess("qtest", "--socket", $"unix:{SocketPath}1,server=on"), new DoorProcess("qtest", "--socket", $"unix:{SocketPath}2,server=on") };
        var clients = doors.Select(door =>
        {
            var client = NewUnix();
            client.Connect(new UnixDomainSocketEndPoint(door.ListeningAt()["unix:".Length..]));
            return client;
        }).ToArray();
        Assert.AreEqual("OK", DoorProcess.Ask(clients[0], "writel 0x1000 7"));
        Assert.AreEqual("OK 0x0000000000000000", DoorProcess.Ask(clients[1], "readl 0x1000"));
        Assert.AreEqual("OK 0x0000000000000007", DoorProcess.Ask(clients[0], "readl 0x1000"));
        foreach (var client in clients)
            client.Dispose();
        foreach (var door in doors)
            Assert.AreEqual(0, door.ExitCode(), door.Errors);
    }

    [TestMethod]
    public void ADoorWithoutAClient_SaysSoAndEndsWith1()
    {
        var door = new DoorProcess("qtest", "--socket", $"unix:{SocketPath}");
        Assert.AreEqual(1, door.ExitCode());
        StringAssert.StartsWith(door.Errors, $"driversdk: unix:{SocketPath} cannot be opened: ");
        StringAssert.Contains(door.Errors, "start the client first, or add ,server=on.");
        Assert.AreEqual(1, door.Errors.Count(letter => letter == '\n'));
    }

    private static Socket NewUnix() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
