using System.Collections.Immutable;

namespace DriverSdk.Analyzers.Flow;

/// <summary>All the ways a callee can end; none when it always throws.</summary>
internal sealed record CallSummary(ImmutableArray<CallOutcome> Outcomes);
