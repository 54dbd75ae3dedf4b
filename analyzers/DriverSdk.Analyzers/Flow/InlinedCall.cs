using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>A call of a local function whose body is followed in place.</summary>
/// <param name="Call">The call.</param>
/// <param name="Function">The local function.</param>
/// <param name="AtomicCause">What made the caller atomic at the call, zero when it was not.</param>
internal sealed record InlinedCall(IOperation Call, IMethodSymbol Function, int AtomicCause);
