using System.Runtime.CompilerServices;
using System.Text;

namespace DriverSdk.Qtest.Tests.Suite;

[TestClass]
public sealed class DeviationPageTests
{
    private const string UpdateVariable = "DRIVERSDK_UPDATE_DEVIATIONS";

    [TestMethod]
    public void ThePage_PrintsTheTable()
    {
        var path = Path.Combine(Folder(), "DEVIATIONS.md");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, Render());

        Assert.AreEqual(Render(), File.ReadAllText(path).ReplaceLineEndings("\n"), $"run {UpdateVariable}=1 dotnet test tests/DriverSdk.Qtest.Tests --filter DeviationPageTests");
    }

    [TestMethod]
    public void EveryRow_IsReliedUponByAScenario()
    {
        var scenarios = string.Concat(Directory.EnumerateFiles(Path.Combine(Folder(), "Scenarios"), "*.cs").Select(File.ReadAllText));

        Assert.AreEqual("", string.Join(", ", Deviations.All.Keys.Where(name => !scenarios.Contains($"Deviations.{name}.On(", StringComparison.Ordinal))));
    }

    private static string Render()
    {
        var page = new StringBuilder();
        page.Append("# Where QEMU 7.2 and DriverSdk's machine differ\n\n");
        page.Append("A test writes this page from `Suite/Deviations.cs`, and the scenarios expect exactly these differences. ");
        page.Append("QEMU's errors are listed, not imitated.\n\n");
        page.Append("| Row | Subject | QEMU 7.2 | Specification, and DriverSdk | Known from |\n|---|---|---|---|---|\n");
        foreach (var (name, row) in Deviations.All)
            page.Append($"| `{name}` | {row.Subject} | {row.Qemu} | {row.Specification} | {row.Source} |\n");
        Append(page, "Fault reasons that no scenario shows", Unreachable.Faults.Select(row => ($"{row.Key} (0x{(int)row.Key:x2})", row.Value)));
        Append(page, "Invalidations that no scenario shows", Unreachable.Cells.Select(row => ($"{row.Key}", row.Value)));
        return page.ToString();
    }

    private static void Append(StringBuilder page, string title, IEnumerable<(string Name, string Reason)> rows)
    {
        page.Append($"\n## {title}\n\n| Name | Why |\n|---|---|\n");
        foreach (var (name, reason) in rows)
            page.Append($"| `{name}` | {reason} |\n");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))!;
}
