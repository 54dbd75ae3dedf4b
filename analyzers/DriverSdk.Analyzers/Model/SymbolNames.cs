using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Model;

/// <summary>Symbols as messages name them.</summary>
internal static class SymbolNames
{
    public static string Short(IMethodSymbol method) =>
        method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction ? method.Name : $"{method.ContainingType.Name}.{method.Name}";
}
