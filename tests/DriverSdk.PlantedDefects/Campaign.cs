using System.Diagnostics;

namespace DriverSdk.PlantedDefects;

/// <summary>Plants defects one after another in one copied tree, whose incremental build they share.</summary>
internal sealed class Campaign(TreeCopy tree, TimeSpan testLimit)
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    // The defect is judged by a test, not by a warning; analyzers and documentation would only slow each build.
    private static readonly string[] QuickBuild =
        ["-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", "-p:GenerateDocumentationFile=false", "-p:EnablePackageValidation=false", "--nologo", "-v", "q"];

    /// <summary>Builds the untouched tree and runs every named test once; null when all pass, otherwise what the tools printed.</summary>
    public string? CheckUntouchedTree(IReadOnlyList<PlantedDefect> defects)
    {
        foreach (var project in defects.GroupBy(defect => defect.TestProject))
        {
            var build = Build(project.Key);
            if (!build.Succeeded)
                return build.Output;
            var test = Test(project.Key, string.Join('|', project.Select(defect => $"({defect.Filter})").Distinct()));
            if (!test.Succeeded)
                return test.Output;
        }

        return null;
    }

    public DefectResult Run(PlantedDefect defect)
    {
        var clock = Stopwatch.StartNew();
        if (!tree.Matches(defect))
            return new DefectResult(defect, DefectOutcome.NoLongerMatches, clock.Elapsed, $"the old text must stand exactly once in {defect.File}");

        var restore = tree.Plant(defect);
        try
        {
            var (outcome, detail) = Judge(defect);
            return new DefectResult(defect, outcome, clock.Elapsed, detail);
        }
        finally
        {
            restore();
        }
    }

    private (DefectOutcome Outcome, string Detail) Judge(PlantedDefect defect)
    {
        var build = Build(defect.TestProject);
        if (!build.Succeeded)
            return (DefectOutcome.DoesNotBuild, build.Output);

        var test = Test(defect.TestProject, defect.Filter);
        if (test.ExitCode is null)
            return (DefectOutcome.NoticedByTimeOut, "");
        if (test.Output.Contains("No test matches the given testcase filter", StringComparison.Ordinal))
            return (DefectOutcome.NoTestMatches, defect.Filter);
        return test.Succeeded ? (DefectOutcome.Survived, test.Output) : (DefectOutcome.Noticed, "");
    }

    private ToolResult Build(string project) => Tool.Run("dotnet", tree.Root, BuildLimit, ["build", $"tests/{project}", .. QuickBuild]);

    private ToolResult Test(string project, string filter) => Tool.Run("dotnet", tree.Root, testLimit, "test", $"tests/{project}", "--no-build", "--filter", filter);
}
