using DriverSdk.Analyzers.Flow;
using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DriverSdk.Analyzers.Rules.Lifetime;

/// <summary>DRV1002: reported at the call that frees, with the call that mapped as the additional location.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MemoryFreedWhileMappedAnalyzer() : DriverSdkAnalyzer(RuleDescriptors.MemoryFreedWhileMapped)
{
    private protected override void Report(FindingSet findings, Action<Diagnostic> report)
    {
        foreach (var freed in findings.FreedWhileMapped)
        {
            report(Diagnostic.Create(
                RuleDescriptors.MemoryFreedWhileMapped, freed.Free.Syntax.GetLocation(), [freed.Mapping.Syntax.GetLocation()],
                SymbolNames.Short(freed.FreeMethod), SymbolNames.Short(freed.MappingMethod)));
        }
    }
}
