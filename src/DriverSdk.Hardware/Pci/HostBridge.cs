using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;

namespace DriverSdk.Hardware.Pci;

/// <summary>Function 00:00.0: says that there is a host, and places the configuration window in memory.</summary>
internal sealed class HostBridge : PciFunction
{
    private const int ExpressBarHigh = ExpressBar.Offset + sizeof(uint);

    /// <summary>Makes the bridge as firmware leaves it.</summary>
    /// <param name="window">The configuration window; empty when no firmware has run, as software then finds it after power-on.</param>
    /// <exception cref="ArgumentException">The register cannot hold that window.</exception>
    public HostBridge(AddressRange<PhysAddr> window)
        : base(new PciIdentity(0x8086, 0x29c0, PciClassCode.HostBridge), PciHeader.TypeEndpoint)
    {
        var register = ExpressBar.For(window).Value;
        Config.Define(ExpressBar.Offset, (uint)register, AccessWidth.DoubleWord);
        Config.Define(ExpressBarHigh, (uint)(register >> 32), AccessWidth.DoubleWord);
        Config.AllowWrite(ExpressBar.Offset, uint.MaxValue, AccessWidth.DoubleWord);
        Config.AllowWrite(ExpressBarHigh, uint.MaxValue, AccessWidth.DoubleWord);
    }

    /// <inheritdoc/>
    internal override void CollectRegions(List<MmioRegion> regions)
    {
        var window = new ExpressBar(Config.Read32(ExpressBar.Offset) | ((ulong)Config.Read32(ExpressBarHigh) << 32)).Window;
        if (!window.IsEmpty && Root is { } root)
            regions.Add(new MmioRegion(window.Start.Value, window.Last.Value, root, TargetOffset: 0));
    }

    /// <inheritdoc/>
    internal override void OnAttached(RootComplex root)
    {
    }

    /// <inheritdoc/>
    internal override void OnDetached()
    {
    }

    private protected override void OnRegisterWritten(int offset)
    {
        base.OnRegisterWritten(offset);
        if (offset is >= ExpressBar.Offset and < ExpressBarHigh + sizeof(uint))
            Root?.UpdateDecode();
    }
}
