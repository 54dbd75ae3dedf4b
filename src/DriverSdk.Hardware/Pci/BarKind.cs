namespace DriverSdk.Hardware.Pci;

/// <summary>Which addresses a BAR can take. I/O port BARs are not modelled.</summary>
public enum BarKind
{
    /// <summary>Below 4 GiB; reads may have side effects.</summary>
    Memory32,

    /// <summary>Anywhere; takes two BAR slots. Reads may have side effects.</summary>
    Memory64,

    /// <summary>Anywhere; takes two BAR slots. Reads have no side effects.</summary>
    Memory64Prefetchable,
}
