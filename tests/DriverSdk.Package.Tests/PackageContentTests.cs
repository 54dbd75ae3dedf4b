using System.IO.Compression;
using System.Xml.Linq;

namespace DriverSdk.Package.Tests;

[TestClass]
public sealed class PackageContentTests
{
    private static readonly string[] Assemblies = ["DriverSdk", "DriverSdk.Contract", "DriverSdk.Hardware", "DriverSdk.Kernel"];

    [TestMethod]
    public void DriverSdk_HoldsTheFourAssembliesTheAnalyzersAndTheRulePages()
    {
        string[] expected =
        [
            "DriverSdk.nuspec",
            "README.md",
            .. Assemblies.SelectMany(name => new[] { $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" }),
            "analyzers/dotnet/cs/DriverSdk.Analyzers.dll",
            "analyzers/dotnet/cs/DriverSdk.CodeFixes.dll",
            "buildTransitive/DriverSdk.All.globalconfig",
            "buildTransitive/DriverSdk.None.globalconfig",
            "buildTransitive/DriverSdk.props",
            "buildTransitive/DriverSdk.targets",
            .. RulePages().Select(page => $"docs/rules/{page}"),
        ];
        ShouldHoldExactly("DriverSdk", "nupkg", expected);
    }

    [TestMethod]
    [DataRow("DriverSdk.Devices")]
    [DataRow("DriverSdk.Testing")]
    [DataRow("DriverSdk.Qtest")]
    public void ASmallPackage_HoldsItsAssembly(string name) =>
        ShouldHoldExactly(name, "nupkg", [$"{name}.nuspec", "README.md", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"]);

    [TestMethod]
    public void TheSymbolPackages_HoldASymbolFilePerAssembly()
    {
        ShouldHoldExactly("DriverSdk", "snupkg", ["DriverSdk.nuspec", .. Assemblies.Select(name => $"lib/net10.0/{name}.pdb")]);
        ShouldHoldExactly("DriverSdk.Devices", "snupkg", ["DriverSdk.Devices.nuspec", "lib/net10.0/DriverSdk.Devices.pdb"]);
        ShouldHoldExactly("DriverSdk.Testing", "snupkg", ["DriverSdk.Testing.nuspec", "lib/net10.0/DriverSdk.Testing.pdb"]);
        ShouldHoldExactly("DriverSdk.Qtest", "snupkg", ["DriverSdk.Qtest.nuspec", "lib/net10.0/DriverSdk.Qtest.pdb"]);
    }

    [TestMethod]
    [DataRow("DriverSdk", "")]
    [DataRow("DriverSdk.Devices", "DriverSdk")]
    [DataRow("DriverSdk.Testing", "DriverSdk,DriverSdk.Devices")]
    [DataRow("DriverSdk.Qtest", "DriverSdk")]
    public void APackage_DependsOnlyOnOurOwn(string name, string dependencies)
    {
        var found = Nuspec(name).Descendants().Where(element => element.Name.LocalName == "dependency").ToList();
        Assert.AreEqual(dependencies, string.Join(',', found.Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal)));
        Assert.IsTrue(found.TrueForAll(element => element.Attribute("exclude") is null),
            $"{name} hides assets of a dependency: the analyzers would not reach a project that references only {name}; keep PrivateAssets=\"none\" on the project reference");
    }

    [TestMethod]
    [DataRow("DriverSdk")]
    [DataRow("DriverSdk.Devices")]
    [DataRow("DriverSdk.Testing")]
    [DataRow("DriverSdk.Qtest")]
    [DataRow("DriverSdk.Cli")]
    public void APackage_SaysItsLicenceAndShowsItsReadme(string name)
    {
        var nuspec = Nuspec(name);
        Assert.AreEqual("MIT", Value(nuspec, "license"));
        Assert.AreEqual("README.md", Value(nuspec, "readme"));
        Assert.AreNotEqual("Package Description", Value(nuspec, "description"));
    }

    [TestMethod]
    public void AnalysisModes_NameTheSameRules()
    {
        var all = RulesOf("All", "warning");
        CollectionAssert.AreEqual(all, RulesOf("None", "none"));
        Assert.IsNotEmpty(all);
        foreach (var rule in all.Where(_ => RulePages().Count != 0))
            CollectionAssert.Contains(RulePages().ToList(), $"{rule}.md", $"{rule} is in DriverSdk.All.globalconfig and has no page in analyzers/rules");
    }

    private static List<string> RulesOf(string mode, string severity) =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "src", "DriverSdk", "buildTransitive", $"DriverSdk.{mode}.globalconfig"))
            .Where(line => line.EndsWith($".severity = {severity}", StringComparison.Ordinal)).Select(line => line.Split('.')[1])];

    private static List<string> RulePages()
    {
        var folder = Path.Combine(Repository.Root, "analyzers", "rules");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.md").Select(path => Path.GetFileName(path)!)] : [];
    }

    private static void ShouldHoldExactly(string package, string extension, string[] expected)
    {
        using var archive = ZipFile.OpenRead(PackageFixture.Sdk.PathOf(package, extension));
        var found = archive.Entries.Select(entry => entry.FullName).Where(name => !IsEnvelope(name)).ToList();
        Assert.AreEqual(string.Join('\n', expected.Order(StringComparer.Ordinal)), string.Join('\n', found.Order(StringComparer.Ordinal)),
            $"the entries of {package}.{extension} changed: correct the packing, or this list if the change is wanted");
    }

    private static bool IsEnvelope(string name) => name is "[Content_Types].xml" || name.StartsWith("_rels/", StringComparison.Ordinal) || name.StartsWith("package/", StringComparison.Ordinal);

    private static XDocument Nuspec(string package)
    {
        using var archive = ZipFile.OpenRead(PackageFixture.Sdk.PathOf(package, "nupkg"));
        using var stream = archive.GetEntry($"{package}.nuspec")!.Open();
        return XDocument.Load(stream);
    }

    private static string Value(XDocument nuspec, string element) => nuspec.Descendants().Single(node => node.Name.LocalName == element).Value;
}
