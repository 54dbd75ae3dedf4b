using System.Collections.Immutable;

namespace DriverSdk.Analyzers.Flow;

/// <summary>One way a callee can end.</summary>
/// <param name="Value">The constant it returns, as one of <see cref="Values"/>, or unknown.</param>
/// <param name="Returned">The state of a mapping it returns that it made itself; none otherwise.</param>
/// <param name="ReturnedParameter">The parameter it returns, -1 for none.</param>
/// <param name="Parameters">What it did to each parameter, had it been a mapping.</param>
/// <param name="Outs">The state of a mapping it made and put into each parameter; none otherwise.</param>
internal sealed record CallOutcome(int Value, SiteState Returned, int ReturnedParameter, ImmutableArray<SiteState> Parameters, ImmutableArray<SiteState> Outs)
{
    public bool Equals(CallOutcome? other) =>
        other is not null && Value == other.Value && Returned == other.Returned && ReturnedParameter == other.ReturnedParameter
        && Parameters.SequenceEqual(other.Parameters) && Outs.SequenceEqual(other.Outs);

    public override int GetHashCode() =>
        Parameters.Concat(Outs).Aggregate(unchecked((Value * 397) ^ (int)Returned ^ (ReturnedParameter << 8)), (hash, state) => unchecked((hash * 31) + (int)state));
}
