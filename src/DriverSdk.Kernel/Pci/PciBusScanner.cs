using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Kernel.Pci;

/// <summary>Walks the buses, numbers those behind bridges, assigns BARs and reports each endpoint. Linux: <c>pci_scan_child_bus()</c>.</summary>
internal sealed class PciBusScanner(KernelInstance kernel)
{
    private readonly PciBarAssigner _assigner = new(kernel.BootInformation);
    private readonly List<PciDevice> _found = [];
    private readonly List<PciPlace> _places = [];
    private int _lastBus;

    /// <summary>Scans everything below the root complex, and puts each endpoint into its group.</summary>
    public IReadOnlyList<PciDevice> Scan()
    {
        ScanBus(0, bridge: null);
        kernel.Iommu.CheckScopes(_places);
        foreach (var device in _found)
        {
            // A function that could get no domain stays without DMA: its driver's first mapping says so.
            kernel.Iommu.Attach(device, _places.Find(place => place.Location == device.Location)!);
        }

        return _found;
    }

    private void ScanBus(int bus, PciPlace? bridge)
    {
        for (var device = 0; device < 32; device++)
        {
            var first = ConfigOf(new Bdf(bus, device, 0));
            if (first.Read16(PciHeader.VendorId) == ushort.MaxValue)
                continue;
            var isOneOfSeveral = (first.Read8(PciHeader.HeaderType) & PciHeader.MultiFunction) != 0;
            for (var function = 0; function < (isOneOfSeveral ? 8 : 1); function++)
                ScanFunction(new PciPlace(new Bdf(bus, device, function)) { Bridge = bridge, IsOneOfSeveral = isOneOfSeveral });
        }
    }

    private void ScanFunction(PciPlace place)
    {
        var config = ConfigOf(place.Location);
        if (config.Read16(PciHeader.VendorId) == ushort.MaxValue)
            return;
        if ((config.Read8(PciHeader.HeaderType) & ~PciHeader.MultiFunction) == PciHeader.TypeBridge)
        {
            ScanBridge(place with { Kind = KindOf(config), Isolates = config.TryIsolate() }, config);
            return;
        }

        _places.Add(place);
        _found.Add(new PciDevice(kernel, place.Location, config, _assigner.Assign(config, PciHeader.EndpointBarCount)));
    }

    private void ScanBridge(PciPlace place, PciConfig config)
    {
        if (_lastBus == byte.MaxValue)
            return;
        _places.Add(place);
        _assigner.Assign(config, PciBridgeHeader.BarCount);
        var secondary = ++_lastBus;
        config.Write8(PciBridgeHeader.PrimaryBus, (byte)place.Location.Bus);
        config.Write8(PciBridgeHeader.SecondaryBus, (byte)secondary);
        // Everything above is routed through this bridge until it is known where its tree ends.
        config.Write8(PciBridgeHeader.SubordinateBus, byte.MaxValue);
        var windows = _assigner.OpenWindows();
        ScanBus(secondary, place);
        _assigner.CloseWindows(config, windows);
        config.Write8(PciBridgeHeader.SubordinateBus, (byte)_lastBus);
        config.UpdateCommand(PciCommand.MemorySpace | PciCommand.BusMaster, PciCommand.None);
    }

    private static PciPortKind KindOf(PciConfig bridge) =>
        bridge.TryFindCapability(PciCapabilityId.PciExpress, out var offset)
            && (bridge.Read16(offset + PciExpressLayout.Flags) >> PciExpressLayout.TypeShift) % PciExpressLayout.TypeCount == PciExpressLayout.TypeExpressToPci
            ? PciPortKind.ExpressToPci
            : PciPortKind.ExpressPort;

    private PciConfig ConfigOf(Bdf function) => new(kernel.Bus, kernel.BootInformation.Ecam, function);
}
