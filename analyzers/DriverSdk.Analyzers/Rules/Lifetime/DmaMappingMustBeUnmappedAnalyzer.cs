using DriverSdk.Analyzers.Flow;
using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DriverSdk.Analyzers.Rules.Lifetime;

/// <summary>DRV1001: reported at the call that maps, with the exits that leave the mapping behind as additional locations.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DmaMappingMustBeUnmappedAnalyzer() : DriverSdkAnalyzer(RuleDescriptors.DmaMappingMustBeUnmapped)
{
    private protected override void Report(FindingSet findings, Action<Diagnostic> report)
    {
        foreach (var leak in findings.Leaks)
        {
            var exits = leak.Exits.ToList();
            var where = exits.Count == 1 ? $"in line {exits[0].GetLineSpan().StartLinePosition.Line + 1}" : $"in {exits.Count} places";
            report(Diagnostic.Create(RuleDescriptors.DmaMappingMustBeUnmapped, leak.Acquisition.Syntax.GetLocation(), exits, SymbolNames.Short(leak.Method), where));
        }
    }
}
