using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using DriverSdk.Qtest.Machines;

namespace DriverSdk.Cli.Tests.Protocol;

/// <summary>QEMU with a bare socket, so that answers are compared as bytes and not as a client library understands them.</summary>
internal sealed class RawQemu : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dsq-");
    private readonly Process _process;
    private readonly Socket _socket;

    public RawQemu()
    {
        var path = Path.Combine(_folder.FullName, "s");
        var firmware = Path.Combine(_folder.FullName, "idle.bin");
        File.WriteAllBytes(firmware, IdleFirmware.Build());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        string[] arguments =
        [
            "-accel", "tcg", "-icount", "shift=0,sleep=off", "-bios", firmware, "-qtest", $"unix:{path}", "-qtest-log", "/dev/null",
            "-nodefaults", "-display", "none", "-m", "64M", "-machine", "q35,kernel-irqchip=split,hpet=off", "-device", "intel-iommu",
        ];
        _process = Process.Start(new ProcessStartInfo(QemuInstallation.TryFind()!.ProgramPath, arguments))!;
        Assert.IsTrue(listener.Poll(Patience, SelectMode.SelectRead), "QEMU did not connect");
        _socket = listener.Accept();
        _socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
    }

    public static bool IsInstalled => QemuInstallation.TryFind() is not null;

    /// <summary>Sends lines and reads until each has its answer; the timer's pin is left out, since QEMU's time runs by itself.</summary>
    public string Ask(string lines)
    {
        _socket.Send(Encoding.Latin1.GetBytes(lines + "\n"));
        var wanted = lines.Count(letter => letter == '\n') + 1;
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (Answers(text.ToString()).Count(line => !line.StartsWith("IRQ", StringComparison.Ordinal)) < wanted)
        {
            var length = _socket.Receive(buffer);
            Assert.AreNotEqual(0, length, $"QEMU ended on '{lines}'");
            text.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }

        return string.Join('\n', Answers(text.ToString()));
    }

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string[] Answers(string text) =>
        [.. text.Split('\n')[..^1].Where(line => line is not ("IRQ raise 0" or "IRQ lower 0"))];
}
