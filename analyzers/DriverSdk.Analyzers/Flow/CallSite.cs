using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>A call or an object creation.</summary>
internal sealed record CallSite(IOperation Operation, IMethodSymbol Method, IOperation? Instance, ImmutableArray<IArgumentOperation> Arguments);
