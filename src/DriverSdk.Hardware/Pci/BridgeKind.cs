namespace DriverSdk.Hardware.Pci;

/// <summary>What lies below a bridge.</summary>
public enum BridgeKind
{
    /// <summary>PCI Express: a root port, which passes each request on under the id of its function and keeps the functions below apart (ACS).</summary>
    RootPort = 0,

    /// <summary>Conventional PCI, which has no requester ids: all requests from below carry the id of the bus below, device 0, function 0.</summary>
    ExpressToPci,
}
