using DriverSdk.Cli.Commands;
using DriverSdk.Cli.Devices;
using DriverSdk.Cli.Options;
using DriverSdk.Cli.Protocol;

namespace DriverSdk.Cli.Tests.Commands;

[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("qtest", "--socket is missing; write --socket unix:PATH")]
    [DataRow("qtest --socket", "--socket")]
    [DataRow("qtest --socket foo", "--socket is 'foo'; write unix:PATH or tcp:HOST:PORT")]
    [DataRow("qtest --socket unix:", "--socket is 'unix:'; write unix:PATH")]
    [DataRow("qtest --socket tcp:127.0.0.1", "--socket is 'tcp:127.0.0.1'; write unix:PATH")]
    [DataRow("qtest --socket tcp:127.0.0.1:0", "with a port from 1 to 65535")]
    [DataRow("qtest --socket tcp:127.0.0.1:66666", "with a port from 1 to 65535")]
    [DataRow("qtest --socket tcp:[::1]:4444", "IPv6 is not offered, give a host name or an IPv4 address.")]
    [DataRow("qtest --socket unix:/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
        "--socket has a path of 131 characters, and the system takes about 100; choose a shorter one.")]
    [DataRow("qtest --socket unix:/x --iommu emu-cache-4k=3x1", "Pages4K has 3 sets")]
    [DataRow("qtest --socket unix:/x,server=maybe", "--socket has 'server=maybe'; write unix:PATH")]
    [DataRow("qtest --socket unix:/x --memory 5M", "RAM was given as 5242880 bytes; give a multiple of 2 MiB between 32 MiB and 64 GiB.")]
    [DataRow("qtest --socket unix:/x --memory lots", "--memory is 'lots'; write --memory=SIZE, such as 256M.")]
    [DataRow("qtest --socket unix:/x --cpus 0", "--cpus is '0'; give 1 to 64.")]
    [DataRow("qtest --socket unix:/x --iommu aw-bits=40", "aw-bits is '40'; write aw-bits=39|48|57.")]
    [DataRow("qtest --socket unix:/x --iommu fsts=on", "fsts=on is not modelled yet")]
    [DataRow("qtest --socket unix:/x --iommu emu-haw=36 --memory 64G", "RAM ends at")]
    [DataRow("qtest --socket unix:/x --device foo@00:03.0", "--device names 'foo'")]
    [DataRow("qtest --socket unix:/x --device edu@00:03.0 --device edu@00:03.0", "is EduDevice already; choose another place.")]
    [DataRow("qtest --socket unix:/x --device edu@00:03.1", "has no function 0")]
    [DataRow("qtest --colour", "--colour")]
    [DataRow("dance", "dance")]
    public void AWrongCommandLine_EndsWith2AndOneSentence(string line, string part)
    {
        var (code, output, errors) = Run(line);
        Assert.AreEqual(DriverSdkCommand.UsageError, code, errors);
        StringAssert.StartsWith(errors, "driversdk: ");
        StringAssert.Contains(errors, part);
        Assert.AreEqual(1, errors.Count(letter => letter == '\n'), errors);
        Assert.AreEqual("", output);
    }

    [TestMethod]
    [DataRow("qtest --help")]
    [DataRow("qtest -h")]
    [DataRow("qtest --colour --help")]
    public void Help_NamesEveryOptionKeyDeviceAndRequest(string line)
    {
        var (code, output, errors) = Run(line);
        Assert.AreEqual(0, code, errors);
        var lines = output.Split('\n').Select(text => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToHashSet();
        foreach (var option in new QtestCommand(TextWriter.Null).Command.Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal) && option.Name != "--help"))
            CollectionAssert.Contains(lines.ToList(), $"{option.Name} {option.Description}");
        foreach (var key in UnitKeys.All)
            CollectionAssert.Contains(lines.ToList(), $"{key.Name}={key.Values} {key.Meaning} Default: {key.Default}.");
        foreach (var kind in DeviceRegistry.All)
        {
            CollectionAssert.Contains(lines.ToList(), $"--device {kind.Name}: {kind.Meaning}");
            foreach (var key in kind.Keys)
                CollectionAssert.Contains(lines.ToList(), $"{key.Name}={key.Values} {key.Meaning} Default: {key.Default}.");
        }

        foreach (var row in CommandTable.All)
            CollectionAssert.Contains(lines.ToList(), $"{row.Name} {row.Arguments} {row.Meaning} Answer: {row.Answer}".Replace("  ", " ", StringComparison.Ordinal));
        Assert.IsFalse(output.Contains('\u001b', StringComparison.Ordinal), "no colours where nobody sees them");
    }

    [TestMethod]
    public void TheToolAlone_NamesItsCommands()
    {
        foreach (var line in new[] { "", "--help" })
        {
            var (code, output, _) = Run(line);
            Assert.AreEqual(0, code);
            StringAssert.Contains(output, "qtest");
        }
    }

    private static (int Code, string Output, string Errors) Run(string line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = DriverSdkCommand.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, errors);
        return (code, output.ToString().ReplaceLineEndings("\n"), errors.ToString().ReplaceLineEndings("\n"));
    }
}
