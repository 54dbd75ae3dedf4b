using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;

namespace DriverSdk.Kernel.Pci;

/// <summary>Walks the buses, numbers those behind bridges, assigns BARs and reports each endpoint. Linux: <c>pci_scan_child_bus()</c>.</summary>
internal sealed class PciBusScanner(KernelInstance kernel)
{
    private readonly PciBarAssigner _assigner = new(kernel.BootInformation);
    private readonly List<PciDevice> _found = [];
    private int _lastBus;

    /// <summary>Scans everything below the root complex.</summary>
    public IReadOnlyList<PciDevice> Scan()
    {
        ScanBus(0);
        return _found;
    }

    private void ScanBus(int bus)
    {
        for (var device = 0; device < 32; device++)
        {
            var first = ConfigOf(new Bdf(bus, device, 0));
            if (first.Read16(PciHeader.VendorId) == ushort.MaxValue)
                continue;
            var functions = (first.Read8(PciHeader.HeaderType) & PciHeader.MultiFunction) != 0 ? 8 : 1;
            for (var function = 0; function < functions; function++)
                ScanFunction(new Bdf(bus, device, function));
        }
    }

    private void ScanFunction(Bdf location)
    {
        var config = ConfigOf(location);
        if (config.Read16(PciHeader.VendorId) == ushort.MaxValue)
            return;
        if ((config.Read8(PciHeader.HeaderType) & ~PciHeader.MultiFunction) == PciHeader.TypeBridge)
            ScanBridge(location, config);
        else
            AddEndpoint(location, config);
    }

    private void AddEndpoint(Bdf location, PciConfig config)
    {
        var device = new PciDevice(kernel, location, config, _assigner.Assign(config, PciHeader.EndpointBarCount));
        // A function that could get no domain stays without DMA: its driver's first mapping says so.
        kernel.Iommu.Attach(device, location);
        _found.Add(device);
    }

    private void ScanBridge(Bdf location, PciConfig config)
    {
        if (_lastBus == byte.MaxValue)
            return;
        _assigner.Assign(config, PciBridgeHeader.BarCount);
        var secondary = ++_lastBus;
        config.Write8(PciBridgeHeader.PrimaryBus, (byte)location.Bus);
        config.Write8(PciBridgeHeader.SecondaryBus, (byte)secondary);
        // Everything above is routed through this bridge until it is known where its tree ends.
        config.Write8(PciBridgeHeader.SubordinateBus, byte.MaxValue);
        var windows = _assigner.OpenWindows();
        ScanBus(secondary);
        _assigner.CloseWindows(config, windows);
        config.Write8(PciBridgeHeader.SubordinateBus, (byte)_lastBus);
        config.UpdateCommand(PciCommand.MemorySpace | PciCommand.BusMaster, PciCommand.None);
    }

    private PciConfig ConfigOf(Bdf function) => new(kernel.Bus, kernel.BootInformation.Ecam, function);
}
