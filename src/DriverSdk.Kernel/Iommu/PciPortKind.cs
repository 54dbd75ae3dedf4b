namespace DriverSdk.Kernel.Iommu;

/// <summary>What a function is to the requests that pass it.</summary>
internal enum PciPortKind
{
    /// <summary>No bridge: requests begin here.</summary>
    Endpoint = 0,

    /// <summary>A PCI Express port: requests keep their ids.</summary>
    ExpressPort,

    /// <summary>A bridge to conventional PCI: requests from below get the id of the bus below, device 0, function 0.</summary>
    ExpressToPci,
}
