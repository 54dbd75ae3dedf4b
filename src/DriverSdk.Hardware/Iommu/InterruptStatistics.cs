namespace DriverSdk.Hardware.Iommu;

/// <summary>What a unit's interrupt remapping has done since it was made. Taken while messages run, it is exact per counter but not one instant.</summary>
/// <param name="Remapped">Messages that an entry turned into an interrupt.</param>
/// <param name="Refused">Messages refused, whether or not a record was free for them.</param>
/// <param name="EntryReads">Entries read from memory, which are the interrupt entry cache's misses.</param>
/// <param name="Invalidations">Interrupt-entry invalidations done.</param>
internal readonly record struct InterruptStatistics(long Remapped, long Refused, long EntryReads, long Invalidations);
