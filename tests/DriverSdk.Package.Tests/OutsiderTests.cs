namespace DriverSdk.Package.Tests;

[TestClass]
public sealed class OutsiderTests
{
    private const int MostLines = 80;

    [TestMethod]
    public void AnOutsidersDevice_BuildsFromThePackage()
    {
        var project = PackageFixture.Sdk.NewProject("outsider", "DriverSdk", "Outsider/Doubler.cs");
        project.Write("Program.cs", "Console.WriteLine(new Outsider.Doubler());\n");
        project.Build("-p:TreatWarningsAsErrors=true").ShouldSucceed();
        project.RunProgram().ShouldSucceed();
    }

    [TestMethod]
    public void AnOutsidersDevice_FitsIn80Lines()
    {
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Consumers", "Outsider", "Doubler.cs")).Count();
        Assert.IsTrue(lines <= MostLines, $"the device takes {lines} lines, at most {MostLines}: what makes it longer is missing in the public API");
    }
}
