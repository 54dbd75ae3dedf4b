using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class SourceLayoutTests
{
    private const int MostLines = 400;

    /// <summary>Path to reason. A file earns a place here only when splitting it would tell one story in two places.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    /// <summary>Path to reason.</summary>
    private static readonly Dictionary<string, string> FilesOfSeveralTypes = [];

    /// <summary>Folder to reason.</summary>
    private static readonly Dictionary<string, string> NamesOfSomebodyElse = new()
    {
        ["analyzers/DriverSdk.Analyzers/Polyfills/"] = "the compiler looks for these types by their full names",
        ["tests/DriverSdk.Package.Tests/Consumers/"] = "these are the sources of projects outside this repository",
        ["tests/DriverSdk.Analyzers.Testing/"] = "it has the namespaces of the package that it stands in for, so that the package can replace it",
    };

    [TestMethod]
    public void ANamespace_EqualsItsFolder()
    {
        Findings.ShouldBeEmpty(
            from file in SourceFile.All
            from space in file.Unit.DescendantNodes(node => node is not TypeDeclarationSyntax).OfType<BaseNamespaceDeclarationSyntax>()
            let expected = string.Join('.', [RootNamespace(file.ProjectFolder), .. file.Folders])
            where file.IsShipped || file.Path.StartsWith("tests/", StringComparison.Ordinal)
            where space.Name.ToString() != expected && !NamesOfSomebodyElse.Keys.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal))
            select $"{file.Path}: namespace {space.Name}, expected {expected}",
            "rename the namespace, or move the file to the folder that its namespace names");
    }

    [TestMethod]
    public void AShippedFile_HasANamespace()
    {
        Findings.ShouldBeEmpty(
            SourceFile.Shipped.Where(file => TypesOf(file).Any(type => type.Parent is CompilationUnitSyntax)).Select(file => $"{file.Path}: a type outside any namespace"),
            "put the type into the namespace of its folder");
    }

    [TestMethod]
    public void AFile_HoldsOneTypeOfItsName()
    {
        Findings.ShouldBeEmpty(Findings.Except(
            from file in SourceFile.All
            let types = TypesOf(file).Select(NameOf).Distinct().ToList()
            let stem = Path.GetFileName(file.Path).Split('.', '{')[0]
            where types.Count > 1 || (types.Count == 1 && types[0] != stem)
            select (file.Path, $"{file.Path}: {string.Join(", ", types)}"),
            FilesOfSeveralTypes),
            "one type per file, and the file is named after it; Machine.Devices.cs may hold a part of Machine");
    }

    [TestMethod]
    public void AFile_HasAtMost400Lines()
    {
        Findings.ShouldBeEmpty(Findings.Except(
            SourceFile.All.Where(file => file.Lines.Count > MostLines).Select(file => (file.Path, $"{file.Path}: {file.Lines.Count} lines, at most {MostLines}")),
            LongFiles),
            "find the second idea in the file and give it a file of its own");
    }

    private static IEnumerable<MemberDeclarationSyntax> TypesOf(SourceFile file) =>
        file.Unit.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>().Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static string NameOf(MemberDeclarationSyntax type) =>
        type is BaseTypeDeclarationSyntax declared ? declared.Identifier.Text : ((DelegateDeclarationSyntax)type).Identifier.Text;

    private static string RootNamespace(string projectFolder)
    {
        var project = Repository.Files.SingleOrDefault(path => path.StartsWith(projectFolder + "/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal));
        if (project is null)
            return Path.GetFileName(projectFolder);
        var declared = System.Xml.Linq.XDocument.Parse(Repository.Read(project)).Descendants("RootNamespace").FirstOrDefault()?.Value;
        return declared ?? Path.GetFileNameWithoutExtension(project);
    }
}
