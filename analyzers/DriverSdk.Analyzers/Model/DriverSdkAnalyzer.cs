using System.Collections.Immutable;
using DriverSdk.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DriverSdk.Analyzers.Model;

/// <summary>The ceremony every rule shares; a rule turns what the flow analysis found into diagnostics.</summary>
public abstract class DriverSdkAnalyzer : DiagnosticAnalyzer
{
    private protected DriverSdkAnalyzer(DiagnosticDescriptor rule) => SupportedDiagnostics = [rule];

    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (FlowModel.For(start.Compilation) is { } model)
                start.RegisterOperationBlockAction(block => Analyze(model, block));
        });
    }

    private protected abstract void Report(FindingSet findings, Action<Diagnostic> report);

    private void Analyze(FlowModel model, OperationBlockAnalysisContext context)
    {
        foreach (var block in context.OperationBlocks)
        {
            // Attributes are blocks too, and have no flow.
            if (block.Kind != OperationKind.Attribute && block.Kind != OperationKind.None)
                Report(model.Analyze(block, context.OwningSymbol, context.GetControlFlowGraph, context.CancellationToken), context.ReportDiagnostic);
        }
    }
}
