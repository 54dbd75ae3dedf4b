using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The non-leaf entries that one walk passed, kept for the paging-structure caches.</summary>
internal readonly struct WalkTrail() : IWalkObserver
{
    private readonly List<(int Level, PhysAddr Table, IommuAccess Granted)> _entries = [];

    /// <summary>The entries, highest level first.</summary>
    public IReadOnlyList<(int Level, PhysAddr Table, IommuAccess Granted)> Entries => _entries;

    /// <inheritdoc/>
    /// <remarks>An entry that grants nothing together with those above it is not present for anyone, so it is not kept.</remarks>
    public void Pass(int level, PhysAddr table, IommuAccess granted)
    {
        if (granted != IommuAccess.None)
            _entries.Add((level, table, granted));
    }
}
