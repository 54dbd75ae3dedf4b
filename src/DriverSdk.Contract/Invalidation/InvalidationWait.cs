using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Invalidation;

/// <summary>A wait descriptor: it completes when every descriptor before it has. Source: facts/vtd.md 5.</summary>
/// <param name="Actions">What it does then.</param>
/// <param name="StatusAddress">Where the status word goes, 4-byte aligned.</param>
/// <param name="StatusData">The status word.</param>
internal readonly record struct InvalidationWait(WaitActions Actions, PhysAddr StatusAddress, uint StatusData)
{
    /// <summary>A wait that writes <paramref name="statusData"/> to <paramref name="statusAddress"/>.</summary>
    public static InvalidationWait ByStatusWrite(PhysAddr statusAddress, uint statusData) =>
        new(WaitActions.StatusWrite, statusAddress, statusData);

    /// <summary>A wait that raises the completion event.</summary>
    public static InvalidationWait ByInterrupt() => new(WaitActions.Interrupt, default, 0);
}
