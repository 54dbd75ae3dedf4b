namespace DriverSdk.Analyzers.Model;

/// <summary>What the attributes of the kernel's API say about a member, a parameter, a return value or a type.</summary>
[Flags]
internal enum Effects
{
    None = 0,
    MustUnmap = 1 << 0,
    Unmaps = 1 << 1,
    MapsMemory = 1 << 2,
    ChecksMappingError = 1 << 3,
    MustFree = 1 << 4,
    Frees = 1 << 5,
    TakesOwnership = 1 << 6,
    Borrows = 1 << 7,
    AcquiresLock = 1 << 8,
    ReleasesLock = 1 << 9,
    AtomicScope = 1 << 10,
    SwitchesStaticKey = 1 << 11,

    /// <summary>Runs in a hardirq or a softirq, possibly among other contexts.</summary>
    RunsAtomic = 1 << 12,

    /// <summary>What happens to a mapping that is passed is stated, so nothing needs to be worked out.</summary>
    StatesOwnership = MustUnmap | Unmaps | ChecksMappingError | TakesOwnership | Borrows | Frees,
}
