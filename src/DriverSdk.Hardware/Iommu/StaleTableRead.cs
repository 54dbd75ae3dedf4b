using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>A table entry that a non-coherent unit read while the CPUs had written another one and not written it back.</summary>
/// <param name="Entry">Where the entry lies.</param>
/// <param name="Table">Which table it belongs to.</param>
/// <param name="Level">The page table's level, counted from the leaf table, 0; 0 for the other tables.</param>
/// <param name="Requester">Whose request made the unit read it.</param>
/// <param name="Seen">What the unit saw.</param>
/// <param name="Written">What the CPUs had written.</param>
internal readonly record struct StaleTableRead(PhysAddr Entry, TableKind Table, int Level, Bdf Requester, ulong Seen, ulong Written)
{
    /// <summary>The entry's cache line.</summary>
    public PhysAddr Line => TableMemory.LineOf(Entry);
}
