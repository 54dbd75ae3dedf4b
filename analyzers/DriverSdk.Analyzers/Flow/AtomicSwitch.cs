using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>A call, made while nothing may sleep, that switches a static key or reaches a call that does.</summary>
/// <param name="Call">The call in the atomic body.</param>
/// <param name="Target">What it calls.</param>
/// <param name="Chain">The calls below it, ending with the one that switches; empty when it switches itself.</param>
/// <param name="Cause">What makes the body atomic.</param>
internal sealed record AtomicSwitch(IOperation Call, IMethodSymbol Target, ImmutableArray<Location> Chain, AtomicCause Cause);
