using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>One use of a cached entry that memory no longer, or not yet, agreed with.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Address">The first byte of the served run for which they differ.</param>
/// <param name="Served">What the requester got.</param>
/// <param name="InMemory">What the tables in memory said about <paramref name="Address"/> at that moment.</param>
internal sealed record StaleUse(TranslationRequest Request, Iova Address, TranslationOutcome Served, TranslationOutcome InMemory)
{
    /// <summary>One line for a failed test.</summary>
    public override string ToString() => $"{Request.Source} {Request.Access} {Request.Address}: served {Served}, but memory says {InMemory} for {Address}";
}
