using DriverSdk.Contract.Faults;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>How the way from a requester to its context entry ended.</summary>
/// <param name="Reason">Why it ended early, or <see cref="FaultReason.None"/>.</param>
/// <param name="Entry">The entry, as far as one was read: its FPD bit decides about the fault's record.</param>
/// <param name="Context">The checked entry; null with a reason.</param>
internal readonly record struct ContextLookup(FaultReason Reason, ContextEntry Entry, CachedContext? Context)
{
    /// <summary>Whether it was read from memory just now rather than found in the context cache.</summary>
    public bool IsFresh { get; init; } = true;
}
