using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class SuppressionTests
{
    private static readonly string[] ProjectFiles = [".csproj", ".props", ".targets"];

    [TestMethod]
    public void APragmaThatDisablesAWarning_SaysWhy()
    {
        Findings.ShouldBeEmpty(
            from file in SourceFile.All
            from pragma in file.Unit.DescendantNodes(descendIntoTrivia: true).OfType<PragmaWarningDirectiveTriviaSyntax>()
            where pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword)
            let line = pragma.GetLocation().GetLineSpan().StartLinePosition.Line
            where !file.Lines[line].Contains("//", StringComparison.Ordinal) && (line == 0 || !IsComment(file.Lines[line - 1]))
            select $"{file.Path}:{line + 1}: {file.Lines[line].Trim()}",
            "write the reason behind the directive, or in a comment line above it");
    }

    [TestMethod]
    public void ASuppressingAttribute_CarriesAJustification()
    {
        Findings.ShouldBeEmpty(
            from file in SourceFile.All
            from attribute in file.Unit.DescendantNodes().OfType<AttributeSyntax>()
            where attribute.Name.ToString() is "SuppressMessage" or "UnconditionalSuppressMessage" or "SuppressRule"
            where attribute.ArgumentList?.Arguments.Any(argument => argument.NameEquals?.Name.ToString() == "Justification") != true
            select $"{file.Path}:{attribute.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {attribute}",
            "add Justification = \"...\": one sentence that says why the rule is wrong here");
    }

    [TestMethod]
    public void ANoWarn_SaysWhy()
    {
        Findings.ShouldBeEmpty(
            from path in Repository.Files
            where ProjectFiles.Contains(Path.GetExtension(path))
            let lines = Repository.Read(path).ReplaceLineEndings("\n").Split('\n')
            from line in Enumerable.Range(0, lines.Length)
            where lines[line].Contains("<NoWarn", StringComparison.Ordinal) || lines[line].Contains("<WarningsNotAsErrors", StringComparison.Ordinal)
            where line == 0 || !lines[line - 1].TrimEnd().EndsWith("-->", StringComparison.Ordinal)
            select $"{path}:{line + 1}: {lines[line].Trim()}",
            "write an XML comment with the reason in the line above");
    }

    private static bool IsComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal);
}
