using DriverSdk.Analyzers.Flow;
using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DriverSdk.Analyzers.Rules.Context;

/// <summary>DRV4001: reported at the call in the atomic body; additional locations are the calls below it, then what makes the body atomic.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticKeySwitchedInAtomicAnalyzer() : DriverSdkAnalyzer(RuleDescriptors.StaticKeySwitchedInAtomic)
{
    private protected override void Report(FindingSet findings, Action<Diagnostic> report)
    {
        foreach (var found in findings.AtomicSwitches)
        {
            var others = new List<Location>(found.Chain);
            if (found.Cause.Location is { } cause)
                others.Add(cause);
            report(Diagnostic.Create(
                RuleDescriptors.StaticKeySwitchedInAtomic, found.Call.Syntax.GetLocation(), others,
                SymbolNames.Short(found.Target), found.Chain.IsEmpty ? "switches" : "ends up switching", found.Cause.Reason));
        }
    }
}
