using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace DriverSdk.Package.Tests;

[TestClass]
public sealed partial class ToolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [TestMethod]
    public void TheTool_IsInstalledFromAFolderExplainsItselfAndServesAClient()
    {
        using var folder = new TemporaryFolder();
        var program = Install(folder);

        using (var help = Start(program, "qtest", "--help"))
        {
            StringAssert.Contains(help.StandardOutput.ReadToEnd(), "aw-bits=");
            ShouldEndWell(help);
        }

        ServesAClient(program, Path.Combine(folder.Path, "s"));
    }

    [TestMethod]
    public void TheProgramOnTheClientsPage_RunsOnTheInstalledTool()
    {
        using var folder = new TemporaryFolder();
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "DriverSdk.Qtest", "README.md")).ReplaceLineEndings("\n");
        var program = Program().Match(page).Groups["code"].Value.Replace("= QemuMachine.Start", "= DriverSdkMachine.Start", StringComparison.Ordinal);
        StringAssert.Contains(program, "DriverSdkMachine.Start(");
        var project = PackageFixture.Sdk.NewProject("client", "DriverSdk.Qtest");
        project.Write("Program.cs", program);
        project.Build("-p:TreatWarningsAsErrors=true").ShouldSucceed();
        Environment.SetEnvironmentVariable("DRIVERSDK_TOOL", Install(folder));
        StringAssert.Contains(project.RunProgram().ShouldSucceed().Output, "00:04.0 Write iova:0x7000 refused, LGN.2 (0x05)");
    }

    private static string Install(TemporaryFolder folder)
    {
        var tools = folder.Create("tools");
        DotnetCommand.Run(folder.Path, "tool", "install", "DriverSdk.Cli", "--version", PackageFixture.Sdk.Version, "--tool-path", tools, "--source", PackageFixture.Sdk.Feed).ShouldSucceed();
        return Path.Combine(tools, OperatingSystem.IsWindows() ? "driversdk.exe" : "driversdk");
    }

    private static void ServesAClient(string program, string socketPath)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen(1);
        using var door = Start(program, "qtest", "--socket", $"unix:{socketPath}", "--iommu", "aw-bits=39", "--device", "edu@00:03.0");
        Assert.IsTrue(listener.Poll(Patience, SelectMode.SelectRead), "the tool did not connect");
        using (var client = listener.Accept())
        {
            client.ReceiveTimeout = (int)Patience.TotalMilliseconds;
            client.Send("readl 0xfed90000\noutl 0xcf8 0x80001800\ninl 0xcfc\n"u8);
            var expected = "OK 0x0000000000000060\nOK\nOK 0x11e81234\n";
            var answer = "";
            var buffer = new byte[256];
            while (answer.Length < expected.Length && client.Receive(buffer) is > 0 and var length)
                answer += Encoding.ASCII.GetString(buffer, 0, length);
            Assert.AreEqual(expected, answer);
        }

        ShouldEndWell(door);
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

    private static void ShouldEndWell(Process process)
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("the tool did not end");
        }

        Assert.AreEqual(0, process.ExitCode);
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
