using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using DriverSdk.Analyzers.Model;
using DriverSdk.Analyzers.Tests.Rules;
using DriverSdk.CodeFixes.Fixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DriverSdk.Analyzers.Tests.Documentation;

[TestClass]
public sealed class AssemblyTests
{
    private static readonly Version Roslyn = new(4, 14, 0, 0);

    [TestMethod]
    public void Analyzers_ReferenceNoWorkspaces()
    {
        var names = ReferencesAsBuilt(typeof(DriverSdkAnalyzer)).Select(reference => reference.Name!).ToList();

        Assert.IsFalse(names.Any(name => name.Contains("Workspaces", StringComparison.Ordinal)), "csc has no Workspaces to load");
    }

    [TestMethod]
    public void References_DoNotExceedRoslyns()
    {
        var roslyn = typeof(CSharpCompilation).Assembly.GetReferencedAssemblies().Concat(typeof(Compilation).Assembly.GetReferencedAssemblies())
            .GroupBy(reference => reference.Name!).ToDictionary(group => group.Key, group => group.Max(reference => reference.Version)!);

        foreach (var reference in ReferencesAsBuilt(typeof(DriverSdkAnalyzer)).Concat(ReferencesAsBuilt(typeof(DmaMappingMustBeUnmappedFix))))
        {
            if (reference.Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
                Assert.AreEqual(Roslyn, reference.Version, reference.Name);
            else if (roslyn.TryGetValue(reference.Name, out var limit) && reference.Name != "netstandard")
                Assert.IsTrue(reference.Version <= limit, $"{reference.Name} {reference.Version} is newer than Roslyn's {limit}");
            else
                Assert.IsTrue(reference.Name is "netstandard" or "DriverSdk.Analyzers" or "System.Composition.AttributedModel", $"{reference} is not shipped with the compiler");
        }
    }

    [TestMethod]
    public void KnownTypes_AllExistInTheSdk()
    {
        var compilation = CSharpCompilation.Create("Names", references: Nic.References);

        foreach (var name in KnownTypes.MetadataNames())
            Assert.IsNotNull(compilation.GetTypeByMetadataName(name), $"the SDK has no type {name}");
    }

    [TestMethod]
    public async Task WithoutTheSdk_AnalyzersAreSilent()
    {
        var diagnostics = await AllAnalyzers.RunAsync([CSharpSyntaxTree.ParseText("class C { void M() { } }")], []);

        Assert.AreEqual(0, diagnostics.Count(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    [TestMethod]
    public async Task EveryFileOfTheRepository_IsAnalysedWithoutACrash()
    {
        var root = Repository.Root;
        var files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or ".git")).ToList();
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file));

        // All rooms in one compilation do not compile; broken code is just what an editor shows an analyzer.
        var diagnostics = await AllAnalyzers.RunAsync(trees, Nic.References);

        Assert.IsTrue(files.Count > 100, $"only {files.Count} files were found under {root}");
        Assert.AreEqual("", string.Join('\n', diagnostics.Where(diagnostic => diagnostic.Id == "AD0001").Select(diagnostic => diagnostic.GetMessage())));
    }

    // Read where the compiler put the assembly: the copy beside the tests gets more references when coverage instruments it.
    private static List<AssemblyName> ReferencesAsBuilt(Type member)
    {
        var name = member.Assembly.GetName().Name!;
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var path = Path.Combine(Repository.Root, "analyzers", name, "bin", configuration, "netstandard2.0", $"{name}.dll");
        Assert.IsTrue(File.Exists(path), $"{path} is not there: build the solution in its own folders before this test");
        using var image = new PEReader(File.OpenRead(path));
        var reader = image.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(handle => reader.GetAssemblyReference(handle).GetAssemblyName())];
    }
}
