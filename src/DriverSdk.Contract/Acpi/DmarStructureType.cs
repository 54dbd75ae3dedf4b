namespace DriverSdk.Contract.Acpi;

/// <summary>What a structure of the DMA remapping table describes.</summary>
public enum DmarStructureType : ushort
{
    /// <summary>A remapping unit (DRHD).</summary>
    RemappingUnit = 0,

    /// <summary>Memory that firmware goes on using by DMA (RMRR).</summary>
    ReservedMemory = 1,

    /// <summary>Root ports that carry translation requests of devices (ATSR).</summary>
    RootPorts = 2,
}
