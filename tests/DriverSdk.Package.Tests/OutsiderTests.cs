namespace DriverSdk.Package.Tests;

[TestClass]
public sealed class OutsiderTests
{
    private const int MostLines = 80;

    [TestMethod]
    public void AnOutsidersDeviceAndDriver_RunOnThePackage()
    {
        var project = PackageFixture.Sdk.NewProject("outsider", "DriverSdk", "Outsider/Doubler.cs", "Outsider/DoublerDriver.cs", "Outsider/Program.cs");
        project.Build("-p:TreatWarningsAsErrors=true").ShouldSucceed();
        var run = project.RunProgram().ShouldSucceed();
        StringAssert.Contains(run.Output, $"success: {string.Join(' ', Enumerable.Range(0, 100).Select(index => 2 * index))}");
    }

    [TestMethod]
    public void AnOutsidersDevice_FitsIn80Lines()
    {
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Consumers", "Outsider", "Doubler.cs")).Count();
        Assert.IsTrue(lines <= MostLines, $"the device takes {lines} lines, at most {MostLines}: what makes it longer is missing in the public API");
    }
}
