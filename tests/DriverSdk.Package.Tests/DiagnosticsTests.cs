namespace DriverSdk.Package.Tests;

[TestClass]
public sealed class DiagnosticsTests
{
    private static readonly string[] Rules = ["DRV1001", "DRV1002", "DRV4001"];

    [TestMethod]
    [DataRow("DriverSdk")]
    [DataRow("DriverSdk.Testing")]
    public void ABuildOutsideTheSolution_FindsTheThreeMistakes(string package)
    {
        var build = NewProject(package).Build().ShouldSucceed();
        foreach (var rule in Rules)
            build.ShouldReport(rule);
    }

    [TestMethod]
    public void AModeOfNone_Silences()
    {
        var build = NewProject().Build("-p:DriverSdkAnalysisMode=None").ShouldSucceed();
        foreach (var rule in Rules)
            build.ShouldNotReport(rule);
    }

    [TestMethod]
    public void AnEditorconfig_WinsOverTheMode()
    {
        var project = NewProject();
        project.Write(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.DRV1001.severity = error\n");
        project.Build("-p:DriverSdkAnalysisMode=None").ShouldFail().ShouldReport("DRV1001", "error").ShouldNotReport("DRV1002");
    }

    [TestMethod]
    public void AFixAppliedByFormat_RemovesTheLeak()
    {
        var project = NewProject();
        project.Build().ShouldReport("DRV1001");
        project.FormatAnalyzers("DRV1001").ShouldSucceed();
        project.Build().ShouldSucceed().ShouldNotReport("DRV1001").ShouldReport("DRV1002");
    }

    private static ConsumerProject NewProject(string package = "DriverSdk") =>
        PackageFixture.Sdk.NewProject("leak", package, "Leak/ThreeMistakes.cs", "Leak/Program.cs");
}
