using DriverSdk.Cli.Protocol;

namespace DriverSdk.Cli.Tests.Commands;

[TestClass]
public sealed class PageTests
{
    [TestMethod]
    public void ThePagesProtocolTable_IsTheCommandTable()
    {
        var page = File.ReadAllLines(Path.Combine(Root(), "src", "DriverSdk.Cli", "README.md"));
        var rows = page.SkipWhile(line => line != "| Request | Answer | Meaning |").Skip(2).TakeWhile(line => line.StartsWith('|'));
        var expected = CommandTable.All.Select(row => $"| `{$"{row.Name} {row.Arguments}".Trim()}` | `{row.Answer}` | {row.Meaning} |");
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', rows));
    }

    [TestMethod]
    public void TheSessionOfTheReadme_IsAnsweredAsItSays()
    {
        var session = File.ReadAllLines(Path.Combine(Root(), "README.md")).Where(line => line.StartsWith("> ", StringComparison.Ordinal) || line.StartsWith("< ", StringComparison.Ordinal)).ToList();
        Assert.IsGreaterThan(2, session.Count(line => line[0] == '>'), "README.md shows no session");
        using var door = new TestDoor("aw-bits=48", devices: "edu@00:03.0");
        var asked = session.Where(line => line[0] == '>').SelectMany(line => new[] { line, $"< {door.Ask(line[2..])}" });
        Assert.AreEqual(string.Join('\n', asked), string.Join('\n', session));
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "DriverSdk.sln")))
                return folder;
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds DriverSdk.sln; run the tests from a clone");
    }
}
