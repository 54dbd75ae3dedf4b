namespace DriverSdk.Contract.Invalidation;

/// <summary>An invalidation of cached interrupt entries. Source: facts/vtd.md 5.</summary>
/// <param name="Granularity">How much goes.</param>
/// <param name="Index">The entry; ignored when global.</param>
/// <param name="Mask">Low bits of the index to ignore, 0 to 15: 2^n entries go at once (IM).</param>
internal readonly record struct InterruptEntryInvalidation(InterruptEntryGranularity Granularity, ushort Index, int Mask)
{
    /// <summary>Everything.</summary>
    public static InterruptEntryInvalidation Global() => new(InterruptEntryGranularity.Global, 0, 0);

    /// <summary>One entry, or the naturally aligned 2^<paramref name="mask"/> entries around it.</summary>
    public static InterruptEntryInvalidation OfIndex(ushort index, int mask = 0) => new(InterruptEntryGranularity.Index, index, mask);

    /// <summary>Whether the entry at <paramref name="index"/> is meant.</summary>
    public bool Selects(int index) => Granularity == InterruptEntryGranularity.Global || ((index ^ Index) >> Mask) == 0;
}
