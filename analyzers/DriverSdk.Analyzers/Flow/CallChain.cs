using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>The callees whose bodies are being read, innermost first: what tells recursion.</summary>
internal sealed class CallChain(IMethodSymbol method, CallChain? outer)
{
    /// <summary>Deep enough for any helper stack a person writes; beyond it a callee counts as unknown.</summary>
    private const int DepthLimit = 64;

    private readonly int _depth = (outer?._depth ?? 0) + 1;

    public bool IsTooDeep => _depth >= DepthLimit;

    /// <summary>Whether what is found out about this callee depends on an outer one that is not finished.</summary>
    public bool IsIncomplete { get; private set; }

    public bool Contains(IMethodSymbol callee) => Is(callee) || (outer?.Contains(callee) ?? false);

    /// <summary>Marks the callees between here and <paramref name="callee"/>, which is being read further out.</summary>
    public void MeetRecursion(IMethodSymbol callee)
    {
        if (Is(callee))
            return;
        IsIncomplete = true;
        outer?.MeetRecursion(callee);
    }

    private bool Is(IMethodSymbol callee) => SymbolEqualityComparer.Default.Equals(method, callee);
}
