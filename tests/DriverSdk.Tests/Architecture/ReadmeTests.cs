using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed partial class ReadmeTests
{
    private const string ImplicitUsings =
        "global using System; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks; global using System.Collections.Generic;";

    [TestMethod]
    public void TheFirstProgram_Compiles()
    {
        var code = FirstProgram();
        var tree = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Latest));
        var kind = tree.GetCompilationUnitRoot().Members.Any(member => member is GlobalStatementSyntax) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var compilation = CSharpCompilation.Create("Readme", [tree, CSharpSyntaxTree.ParseText(ImplicitUsings)], References(),
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));
        Findings.ShouldBeEmpty(
            compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString()),
            "README.md's first C# block is the first thing that people copy: change it to the API as it is");
    }

    [TestMethod]
    public void TheFirstProgram_StandsOnTheFirstScreen()
    {
        var before = Repository.Read("README.md").Split("```csharp")[0].Count(character => character == '\n');
        Assert.IsTrue(before <= 15, $"README.md's first C# block begins in line {before + 1}, at most 16: move it up");
    }

    [TestMethod]
    public void EveryPageOfARoomOrRule_IsLinked()
    {
        var readme = Repository.Read("README.md");
        Findings.ShouldBeEmpty(
            Pages().Where(page => page != "README.md" && !readme.Contains($"]({page})", StringComparison.Ordinal)).Select(page => $"README.md has no link to {page}"),
            "add the page to README.md, under More");
    }

    [TestMethod]
    public void EveryLinkOfAPage_LeadsSomewhere()
    {
        Findings.ShouldBeEmpty(
            from page in Pages().Append("src/DriverSdk/ARCHITECTURE.md").Append(".github/CONTRIBUTING.md")
            from link in Link().Matches(Repository.Read(page)).Select(match => match.Groups["target"].Value)
            where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')
            let target = Path.Combine(Path.GetDirectoryName(Repository.Full(page))!, link.Split('#')[0])
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{page}: {link}",
            "correct the link, or write the page");
    }

    private static IEnumerable<string> Pages() => Repository.Files.Where(path =>
        path == "README.md" || (path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith("/README.md", StringComparison.Ordinal))
        || (path.StartsWith("analyzers/rules/", StringComparison.Ordinal) && path.EndsWith(".md", StringComparison.Ordinal)));

    private static string FirstProgram()
    {
        var match = Program().Match(Repository.Read("README.md"));
        Assert.IsTrue(match.Success, "README.md has no ```csharp block");
        return match.Groups["code"].Value;
    }

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System", StringComparison.Ordinal))
            .Concat(SdkAssemblies.All.Select(assembly => assembly.Location)).Distinct()
            .Select(path => MetadataReference.CreateFromFile(path));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```csharp\r?\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
