using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DriverSdk.Analyzers.Tests.RuleVerifier;

/// <summary>A rule to try the verifier on: the number 7 is reported.</summary>
#pragma warning disable RS1036, RS1038, RS1041, RS2008 // never shipped
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DigitAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new("TST0001", "No sevens", "Number {0} is a seven", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(
            node =>
            {
                if (node.Node.ToString() == "7")
                    node.ReportDiagnostic(Diagnostic.Create(Rule, node.Node.GetLocation(), node.Node));
            },
            SyntaxKind.NumericLiteralExpression);
    }
}
