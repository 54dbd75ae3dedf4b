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
