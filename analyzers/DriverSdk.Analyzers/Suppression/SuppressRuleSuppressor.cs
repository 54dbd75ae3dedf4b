using System.Collections.Immutable;
using DriverSdk.Analyzers.Model;
using DriverSdk.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DriverSdk.Analyzers.Suppression;

/// <summary>Honours <c>[SuppressRule]</c> on a member or a type in the build, as the run-time checks honour it in the run.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SuppressRuleSuppressor : DiagnosticSuppressor
{
    private const string Justification = "The member or type carries [SuppressRule] for this rule";

    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
    [
        new("DRVS1001", RuleIds.DmaMappingMustBeUnmapped, Justification),
        new("DRVS1002", RuleIds.MemoryFreedWhileMapped, Justification),
        new("DRVS4001", RuleIds.StaticKeySwitchedInAtomic, Justification),
    ];

    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        if (KnownTypes.TryCreate(context.Compilation) is not { SuppressRule: { } attribute })
            return;
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree)
                continue;
            var symbol = context.GetSemanticModel(tree).GetEnclosingSymbol(diagnostic.Location.SourceSpan.Start, context.CancellationToken);
            if (IsSuppressed(symbol, diagnostic.Id, attribute))
                context.ReportSuppression(Microsoft.CodeAnalysis.Diagnostics.Suppression.Create(SupportedSuppressions.First(descriptor => descriptor.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
        }
    }

    private static bool IsSuppressed(ISymbol? symbol, string id, INamedTypeSymbol attribute)
    {
        for (; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (Carries(symbol, id, attribute) || (symbol is IMethodSymbol { AssociatedSymbol: { } property } && Carries(property, id, attribute)))
                return true;
        }

        return false;
    }

    private static bool Carries(ISymbol symbol, string id, INamedTypeSymbol attribute) => symbol.GetAttributes().Any(data =>
        SymbolEqualityComparer.Default.Equals(data.AttributeClass, attribute) && data.ConstructorArguments is [{ Value: string suppressed }]
        && string.Equals(suppressed, id, StringComparison.OrdinalIgnoreCase));
}
