using System.Diagnostics;

namespace DriverSdk.PlantedDefects;

/// <summary>Plants defects one after another in one copied tree, and builds for each only the project that it stands in.</summary>
/// <remarks>The project's assembly is put beside the test's and taken away again: nothing else needs to be compiled, because a defect changes what a method does.</remarks>
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
        using var assembly = new SwappedAssembly(tree.Root, defect);
        try
        {
            var (outcome, detail) = Judge(defect, assembly);
            return new DefectResult(defect, outcome, clock.Elapsed, detail);
        }
        finally
        {
            restore();
        }
    }

    private (DefectOutcome Outcome, string Detail) Judge(PlantedDefect defect, SwappedAssembly assembly)
    {
        var build = Tool.Run("dotnet", tree.Root, BuildLimit, ["build", assembly.Project, "--no-restore", "--no-dependencies", .. QuickBuild]);
        if (!build.Succeeded)
            return (DefectOutcome.DoesNotBuild, build.Output);
        assembly.Swap();

        var test = Test(defect.TestProject, defect.Filter);
        if (test.ExitCode is null)
            return (DefectOutcome.NoticedByTimeOut, "");
        if (test.Output.Contains("No test matches the given testcase filter", StringComparison.Ordinal))
            return (DefectOutcome.NoTestMatches, defect.Filter);
        return test.Succeeded ? (DefectOutcome.Survived, test.Output) : (DefectOutcome.Noticed, "");
    }

    private ToolResult Build(string project) => Tool.Run("dotnet", tree.Root, BuildLimit, ["build", $"tests/{project}", .. QuickBuild]);

    private ToolResult Test(string project, string filter) =>
        Tool.Run("dotnet", tree.Root, testLimit, "test", SwappedAssembly.TestAssembly(tree.Root, project), "--filter", filter);
}
