using System.Runtime.CompilerServices;
using BugsAndReports;
using BugsAndReports.Bugs;

namespace DriverSdk.Samples.Tests.Bugs;

[TestClass]
public sealed class BugsAndReportsTests
{
    [TestMethod]
    public void Output_IsWhatTheReadmeShows()
    {
        using var output = new StringWriter();
        Assert.AreEqual(0, Program.Show(BuildLog.Read(), output));
        var readme = File.ReadAllText(Path.Combine(SampleFolder(), "README.md"));
        var shown = readme.Split("```\n")[3];
        Assert.AreEqual(shown.TrimEnd(), output.ToString().TrimEnd());
    }

    [TestMethod]
    [DataRow("DRV1001", "LeakOnErrorPath.cs")]
    [DataRow("DRV1002", "FreeWhileMapped.cs")]
    [DataRow("DRV4001", "StaticKeyUnderSpinlock.cs")]
    public void EachBug_HasOneDiagnosticOfItsRule(string ruleId, string file)
    {
        var diagnostic = BuildLog.Read().Single(candidate => candidate.RuleId == ruleId);
        Assert.AreEqual(file, diagnostic.File);
        Assert.IsGreaterThan(0, diagnostic.Line);
    }

    [TestMethod]
    public void LeakOnErrorPath_IsReportedAtUnbind() =>
        Assert.Contains("is unbound and leaves a mapping behind", new BugCase("DRV1001", "", () => new LeakOnErrorPath()).Run().Report!);

    [TestMethod]
    public void FreeWhileMapped_IsReportedAtTheFree_AndHarmsTheNextOwner()
    {
        var finding = new BugCase("DRV1002", "", () => new FreeWhileMapped()).Run();
        Assert.Contains("freed at FreeWhileMapped.cs", finding.Report!);
        Assert.Contains("256 of them overwritten with 0xa5", finding.Consequences.Single());
    }

    [TestMethod]
    public void StaticKeyUnderSpinlock_IsReportedOnce_AndNotAsAnOrdinarySleepingCall()
    {
        var finding = new BugCase("DRV4001", "", () => new StaticKeyUnderSpinlock()).Run();
        Assert.Contains("switches a static key in atomic context", finding.Report!);
        Assert.IsEmpty(finding.Consequences, "DRV4002 would report the same call a second time");
    }

    [TestMethod]
    public void BugThatNobodySees_CountsInTheExitCode()
    {
        using var output = new StringWriter();
        Assert.AreEqual(3, Program.Show([], output));
        Assert.Contains("here the bug would have gone unseen", output.ToString());
    }

    private static string SampleFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../samples/02-bugs-and-reports"));
}
