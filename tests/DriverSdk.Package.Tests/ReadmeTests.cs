using System.Text.RegularExpressions;

namespace DriverSdk.Package.Tests;

/// <summary>The README's driver on the packages: it runs, and each mistake that its comments name is found.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    private const string UnmapLine = "            loan.Unmap();";

    [TestMethod]
    public void TheReadmesDriver_RunsWithoutAWarning()
    {
        var project = NewProject(FirstProgram());
        project.Build("-p:TreatWarningsAsErrors=true").ShouldSucceed();
        StringAssert.Contains(project.RunProgram().ShouldSucceed().Output, "the device wrote 0xa5");
    }

    [TestMethod]
    public void TheReadmesDriver_WithoutUnmap_LeaksInTheBuildUntilFormatMendsIt()
    {
        var lines = FirstProgram().Split('\n');
        var project = NewProject(string.Join('\n', lines.Where(line => !line.StartsWith(UnmapLine, StringComparison.Ordinal))));
        project.Build().ShouldSucceed().ShouldReport("DRV1001");
        project.FormatAnalyzers("DRV1001").ShouldSucceed();
        project.Build("-p:TreatWarningsAsErrors=true").ShouldSucceed();
        StringAssert.Contains(project.RunProgram().ShouldSucceed().Output, "the device wrote 0xa5");
    }

    [TestMethod]
    public void TheReadmesDriver_ThatFreesBeforeUnmap_IsFoundInTheBuild()
    {
        var program = FirstProgram().Replace(UnmapLine, "            device.Kernel.Memory.Kfree(buffer);\n" + UnmapLine, StringComparison.Ordinal);
        NewProject(program).Build().ShouldSucceed().ShouldReport("DRV1002");
    }

    private static string FirstProgram()
    {
        var program = Program().Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n")).Groups["code"].Value;
        Assert.AreEqual(1, program.Split('\n').Count(line => line.StartsWith(UnmapLine, StringComparison.Ordinal)),
            "README.md's first program has not exactly one line of loan.Unmap(): correct this test with it");
        return program;
    }

    private static ConsumerProject NewProject(string program)
    {
        var project = PackageFixture.Sdk.NewProject("readme", "DriverSdk", "Readme/Program.cs", "Readme/FillEngine.cs", "Readme/FillRegister.cs");
        project.Write("FillDriver.cs", program);
        return project;
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
