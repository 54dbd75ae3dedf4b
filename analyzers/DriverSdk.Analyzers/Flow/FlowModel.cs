using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>The flow results of one compilation: every body is followed once, whichever rule asks first.</summary>
internal sealed class FlowModel
{
    private static readonly ConditionalWeakTable<Compilation, FlowModel> Models = new();

    private readonly ConcurrentDictionary<SyntaxNode, FindingSet> _findings = new();
    private readonly ConcurrentDictionary<IMethodSymbol, ControlFlowGraph?> _graphs = new(SymbolEqualityComparer.Default);

    private FlowModel(Compilation compilation, KnownTypes types)
    {
        Compilation = compilation;
        Effects = new EffectTable(types);
        Summaries = new Summaries(this);
        Reach = new Reach(this);
        Registrations = new HandlerRegistrations(this);
    }

    public Compilation Compilation { get; }

    public EffectTable Effects { get; }

    public Summaries Summaries { get; }

    public Reach Reach { get; }

    public HandlerRegistrations Registrations { get; }

    /// <summary>The compilation's model, or <see langword="null"/> where the SDK is not referenced.</summary>
    public static FlowModel? For(Compilation compilation)
    {
        if (Models.TryGetValue(compilation, out var known))
            return known;
        return KnownTypes.TryCreate(compilation) is { } types ? Models.GetValue(compilation, key => new FlowModel(key, types)) : null;
    }

    /// <summary>What the body and the functions inside it do wrong.</summary>
    public FindingSet Analyze(IOperation block, ISymbol owner, Func<IOperation, ControlFlowGraph> graphOf, CancellationToken cancellationToken)
    {
        if (!_findings.TryGetValue(block.Syntax, out var findings))
            findings = _findings.GetOrAdd(block.Syntax, new BodyAnalysis(this, cancellationToken).Analyze(block, owner, graphOf));
        return findings;
    }

    /// <summary>The findings of the member around a node; a code fix asks so about the code it would write.</summary>
    public FindingSet? FindingsAround(SyntaxNode node, CancellationToken cancellationToken)
    {
        foreach (var around in node.AncestorsAndSelf())
        {
            if (around is LocalFunctionStatementSyntax)
                continue;
            var graph = OperationAt(around, cancellationToken) switch
            {
                IMethodBodyOperation method => ControlFlowGraph.Create(method, cancellationToken),
                IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor, cancellationToken),
                _ => null,
            };
            if (graph is not null && DeclaredAt(around, cancellationToken) is { } owner)
                return Analyze(graph.OriginalOperation, owner, _ => graph, cancellationToken);
        }

        return null;
    }

    /// <summary>A callee's body, as the tree of its operations.</summary>
    public IOperation? BodyOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not { } syntax)
            return null;
        return OperationAt(syntax, cancellationToken);
    }

    public ControlFlowGraph? GraphOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (!_graphs.TryGetValue(method, out var graph))
        {
            graph = BodyOf(method, cancellationToken) is IMethodBodyOperation body ? ControlFlowGraph.Create(body, cancellationToken) : null;
            graph = _graphs.GetOrAdd(method, graph);
        }

        return graph;
    }

    // RS1030 fears a model per node; this asks one per callee in another file, once, since what is found out is remembered.
#pragma warning disable RS1030
    public IOperation? OperationAt(SyntaxNode syntax, CancellationToken cancellationToken) =>
        Compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellationToken);

    public ISymbol? SymbolAt(SyntaxNode syntax, CancellationToken cancellationToken)
    {
        var info = Compilation.GetSemanticModel(syntax.SyntaxTree).GetSymbolInfo(syntax, cancellationToken);
        return info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
    }

    private ISymbol? DeclaredAt(SyntaxNode syntax, CancellationToken cancellationToken) =>
        syntax is CompilationUnitSyntax ? Compilation.GetEntryPoint(cancellationToken) : Compilation.GetSemanticModel(syntax.SyntaxTree).GetDeclaredSymbol(syntax, cancellationToken);
#pragma warning restore RS1030
}
