namespace DriverSdk.Package.Tests;

[TestClass]
public sealed class AnalysisModeTests
{
    [TestMethod]
    public void AMisspeltMode_FailsTheBuildAndNamesTheChoices()
    {
        var build = NewProject().Build("-p:DriverSdkAnalysisMode=Nome").ShouldFail();
        StringAssert.Contains(build.Output, "DriverSdkAnalysisMode is 'Nome'; it must be Default, All or None");
    }

    private static ConsumerProject NewProject() => PackageFixture.Sdk.NewProject("mode", "DriverSdk", "Leak/Program.cs");
}
