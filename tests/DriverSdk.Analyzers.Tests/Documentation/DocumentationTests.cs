using System.Text.RegularExpressions;
using DriverSdk.Analyzers.Tests.Rules;
using DriverSdk.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DriverSdk.Analyzers.Tests.Documentation;

[TestClass]
public sealed partial class DocumentationTests
{
    public static IEnumerable<object[]> Rules => RuleCatalog.All.Select(rule => new object[] { rule.Id });

    [TestMethod]
    public void Catalogue_IsUnique_AndInTheOrderOfIds()
    {
        var ids = RuleCatalog.All.Select(rule => rule.Id).ToList();

        CollectionAssert.AreEqual(ids.Distinct().Order().ToList(), ids);
        Assert.AreEqual(ids.Count, RuleCatalog.All.Select(rule => rule.Name).Distinct().Count());
        Assert.AreEqual(ids.Count, RuleCatalog.All.Select(rule => rule.Title).Distinct().Count());
    }

    [TestMethod]
    public void Catalogue_CategoryFollowsTheRangeOfTheId()
    {
        foreach (var rule in RuleCatalog.All)
            Assert.AreEqual(rule.Id[3] switch { '1' => "Lifetime", '4' => "Context", '5' => "Iommu", _ => "?" }, rule.Category, rule.Id);
    }

    [TestMethod]
    public void Catalogue_FindsInEitherCase_AndNothingForAnUnknownId()
    {
        Assert.AreEqual("MemoryFreedWhileMapped", RuleCatalog.Find("drv1002")?.Name);
        Assert.IsNull(RuleCatalog.Find("DRV0000"));
    }

    [TestMethod]
    public void Descriptors_AreExactlyTheRulesFoundInTheBuild()
    {
        var expected = RuleCatalog.All.Where(rule => rule.Check != RuleCheck.Run).Select(rule => $"{rule.Id} {rule.Title} {rule.Category}");

        CollectionAssert.AreEqual(expected.ToList(), AllAnalyzers.Descriptors.Select(rule => $"{rule.Id} {rule.Title} {rule.Category}").ToList());
        CollectionAssert.AreEquivalent(AllAnalyzers.DeclaredDescriptors.ToList(), AllAnalyzers.Descriptors.ToList());
    }

    [TestMethod]
    public void Descriptors_SayThreeDifferentSentences_AndInventNoLink()
    {
        foreach (var rule in AllAnalyzers.Descriptors)
        {
            var texts = new[] { rule.Title.ToString(), rule.MessageFormat.ToString(), rule.Description.ToString() };
            Assert.AreEqual(3, texts.Distinct().Count(), rule.Id);
            Assert.IsTrue(rule.HelpLinkUri.Length == 0 || rule.HelpLinkUri.EndsWith($"/analyzers/rules/{rule.Id}.md", StringComparison.Ordinal), rule.HelpLinkUri);
        }
    }

    [TestMethod]
    public void ReleaseFile_ListsEveryDescriptor()
    {
        var rows = Repository.Read("analyzers/DriverSdk.Analyzers/AnalyzerReleases.Unshipped.md").Split('\n')
            .Where(line => line.StartsWith("DRV", StringComparison.Ordinal)).Select(line => string.Join('|', line.Split('|').Select(cell => cell.Trim())));

        CollectionAssert.AreEqual(AllAnalyzers.Descriptors.Select(rule => $"{rule.Id}|{rule.Category}|{rule.DefaultSeverity}|{rule.Title}").ToList(), rows.ToList());
    }

    [TestMethod]
    public void Pages_AreExactlyTheCatalogue()
    {
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "analyzers/rules"), "*.md").Select(Path.GetFileNameWithoutExtension).Order();

        CollectionAssert.AreEqual(RuleCatalog.All.Select(rule => rule.Id).ToList(), pages.ToList());
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public void Page_HasTitleTableAndSections(string id)
    {
        var rule = RuleCatalog.Find(id)!;
        var lines = Repository.Read(rule.Page).Split('\n');
        var found = rule.Check == RuleCheck.Run ? "by the sanitizer at run time" : "by the analyzer in the build, by the sanitizer at run time";

        Assert.AreEqual($"# {rule.Id}: {rule.Title}", lines[0]);
        CollectionAssert.Contains(lines, $"| {rule.Name} | {rule.Category} | {found} |");
        CollectionAssert.AreEqual(
            new[] { "## What is flagged", "## Why", "## Fix", "## When to suppress" }, lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).ToArray());
        CollectionAssert.Contains(lines, $"        rule: {rule.Page}");
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public async Task Page_CodeCompiles_AndIsFlaggedWhereItSays(string id)
    {
        var blocks = Code().Matches(Repository.Read(RuleCatalog.Find(id)!.Page)).Select(match => match.Groups[1].Value).ToList();
        Assert.AreEqual(2, blocks.Count, "one block that is flagged, one that is fixed");

        foreach (var block in blocks)
            await VerifyBlockAsync(Nic.Source(block));
        Assert.AreEqual(RuleCatalog.Find(id)!.Check != RuleCheck.Run, blocks[0].Contains($"// {id}", StringComparison.Ordinal));
        Assert.IsFalse(blocks[1].Contains("// DRV", StringComparison.Ordinal));
    }

    private static async Task VerifyBlockAsync(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source);
        var diagnostics = await AllAnalyzers.RunAsync([tree, CSharpSyntaxTree.ParseText(Nic.Surroundings)], Nic.References);
        var expected = source.Split('\n').Select((text, line) => (text, line)).Where(line => line.text.Contains("// DRV", StringComparison.Ordinal))
            .Select(line => $"{line.line}: {line.text[(line.text.LastIndexOf("// ", StringComparison.Ordinal) + 3)..]}");
        var actual = diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || !diagnostic.Id.StartsWith("CS", StringComparison.Ordinal))
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).Select(diagnostic => $"{diagnostic.Location.GetLineSpan().StartLinePosition.Line}: {diagnostic.Id}");

        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', actual), source);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();
}
