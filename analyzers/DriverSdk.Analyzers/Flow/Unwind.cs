using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>An exception looking for its handler.</summary>
/// <param name="Region">The region it leaves next.</param>
/// <param name="Source">The block that threw.</param>
/// <param name="Type">The static type of what was thrown; unknown for a rethrow.</param>
/// <param name="Origin">Who threw.</param>
internal sealed record Unwind(ControlFlowRegion Region, BasicBlock Source, ITypeSymbol? Type, ThrowOrigin Origin);
