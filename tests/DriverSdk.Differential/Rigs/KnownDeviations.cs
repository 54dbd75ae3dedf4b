namespace DriverSdk.Differential.Rigs;

/// <summary>Where a machine is known to go its own way; tests/DriverSdk.Qtest.Tests/DEVIATIONS.md tells each whole, and a scenario shows it.</summary>
[Flags]
internal enum KnownDeviations
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>A request that a cached translation does not permit is dropped without a fault, where hardware walks again. Source: facts/vtd.md 4.</summary>
    DropsWhatAHitRefuses = 1,

    /// <summary>A page that overlaps the interrupt range is refused whole, not only where it does.</summary>
    RefusesWholePagesAtInterrupts = 2,

    /// <summary>A top table outside memory is reported as a bad context entry.</summary>
    BlamesTheContextForItsTable = 4,

    /// <summary>Cached translations are tagged by source, and looked for before the context entry is. Source: facts/vtd.md 4.</summary>
    AsksTheIotlbBeforeTheContext = 8,

    /// <summary>Fault processing disable in an entry with reserved bits set has no effect.</summary>
    RecordsFaultsOfReservedContexts = 16,

    /// <summary>A passed-through request may lie beyond the width of physical addresses.</summary>
    PassesThroughAnyAddress = 32,

    /// <summary>QEMU 7.2.</summary>
    Qemu = DropsWhatAHitRefuses | RefusesWholePagesAtInterrupts | BlamesTheContextForItsTable | AsksTheIotlbBeforeTheContext | RecordsFaultsOfReservedContexts
        | PassesThroughAnyAddress,
}
