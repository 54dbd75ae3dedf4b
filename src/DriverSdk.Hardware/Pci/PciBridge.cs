using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;

namespace DriverSdk.Hardware.Pci;

/// <summary>A bridge to another bus, seen by software as a PCI Express root port or as a bridge to conventional PCI.</summary>
/// <remarks>
/// Software numbers its buses and opens its windows. Its memory-space bit and windows decide which addresses reach the functions below; its bus-master bit decides whether
/// their requests, message interrupts among them, pass upwards. Windows for I/O ports are not modelled.
/// </remarks>
public sealed class PciBridge : PciFunction
{
    private const uint AccessControlHeader = PciAccessControlLayout.ExtendedId | (1U << 16);
    private static readonly PciIdentity DefaultIdentity = new(0x1b36, 0x000c, PciClassCode.PciBridge);

    private readonly BridgeKind _kind;
    private bool _inReset;

    /// <summary>Makes a bridge with closed windows and unnumbered buses, as after power-on.</summary>
    /// <param name="identity">Who it says it is; by default a generic root port.</param>
    /// <param name="kind">What lies below, and under whose id its requests go up.</param>
    public PciBridge(PciIdentity? identity = null, BridgeKind kind = BridgeKind.RootPort)
        : base(identity ?? DefaultIdentity, PciHeader.TypeBridge)
    {
        _kind = kind;
        Secondary = new PciBus(root: null, bridge: this);
        Config.AllowWrite(PciBridgeHeader.PrimaryBus, 0x00ff_ffff, AccessWidth.DoubleWord);
        Config.AllowWrite(PciBridgeHeader.MemoryBase, PciBridgeHeader.WindowAddressBits, AccessWidth.Word);
        Config.AllowWrite(PciBridgeHeader.MemoryLimit, PciBridgeHeader.WindowAddressBits, AccessWidth.Word);
        Config.Define(PciBridgeHeader.PrefetchableBase, PciBridgeHeader.Prefetchable64, AccessWidth.Word);
        Config.Define(PciBridgeHeader.PrefetchableLimit, PciBridgeHeader.Prefetchable64, AccessWidth.Word);
        Config.AllowWrite(PciBridgeHeader.PrefetchableBase, PciBridgeHeader.WindowAddressBits, AccessWidth.Word);
        Config.AllowWrite(PciBridgeHeader.PrefetchableLimit, PciBridgeHeader.WindowAddressBits, AccessWidth.Word);
        Config.AllowWrite(PciBridgeHeader.PrefetchableBaseUpper, uint.MaxValue, AccessWidth.DoubleWord);
        Config.AllowWrite(PciBridgeHeader.PrefetchableLimitUpper, uint.MaxValue, AccessWidth.DoubleWord);
        Config.AllowWrite(PciBridgeHeader.BridgeControl, PciBridgeHeader.SecondaryBusReset, AccessWidth.Word);
        Capabilities.Add(new PciExpressCapability(this, kind == BridgeKind.RootPort ? PciExpressLayout.TypeRootPort : PciExpressLayout.TypeExpressToPci));
        if (kind == BridgeKind.RootPort)
            DefineAccessControl();
    }

    /// <summary>The bus below.</summary>
    internal PciBus Secondary { get; }

    /// <summary>Number of the bus below, as software wrote it.</summary>
    internal int SecondaryBus => Config.Read8(PciBridgeHeader.SecondaryBus);

    /// <summary>Highest bus number below, as software wrote it.</summary>
    internal int SubordinateBus => Config.Read8(PciBridgeHeader.SubordinateBus);

    /// <summary>Puts a function on the bus below, wherever software will number that.</summary>
    /// <param name="function">The function; not attached anywhere yet.</param>
    /// <param name="device">Device number, 0 to 31.</param>
    /// <param name="number">Function number, 0 to 7; function 0 first.</param>
    /// <exception cref="ArgumentException">The place is taken, or function 0 is missing.</exception>
    public void Attach(PciFunction function, int device = 0, int number = 0)
    {
        Secondary.Add(function, device, number);
        if (Root is { } root)
            root.Adopt(function);
    }

    /// <inheritdoc/>
    internal override void ResetFunction()
    {
        base.ResetFunction();
        ResetBelow();
    }

    /// <inheritdoc/>
    internal override void CollectRegions(List<MmioRegion> regions)
    {
        if ((Command & PciCommand.MemorySpace) == 0)
            return;
        var below = new List<MmioRegion>();
        foreach (var function in Secondary.Functions)
            function.CollectRegions(below);
        AddWithin(ReadWindow(PciBridgeHeader.MemoryBase, PciBridgeHeader.MemoryLimit), below, regions);
        AddWithin(ReadPrefetchableWindow(), below, regions);
    }

    /// <inheritdoc/>
    internal override void OnAttached(RootComplex root)
    {
        foreach (var function in Secondary.Functions)
            root.Adopt(function);
    }

    /// <inheritdoc/>
    internal override void OnDetached()
    {
        foreach (var function in Secondary.Functions)
            function.OnDetached();
    }

    /// <summary>The id under which a request from below leaves the bridge.</summary>
    internal Bdf AliasOf(Bdf requester) => _kind == BridgeKind.ExpressToPci ? new Bdf(SecondaryBus, 0, 0) : requester;

    private protected override void OnHeaderWritten(int offset)
    {
        base.OnHeaderWritten(offset);
        var inReset = (Config.Read16(PciBridgeHeader.BridgeControl) & PciBridgeHeader.SecondaryBusReset) != 0;
        if (inReset && !_inReset)
            ResetBelow();
        _inReset = inReset;
    }

    private void DefineAccessControl()
    {
        const int Start = PciAccessControlLayout.FirstExtended;
        Config.Define(Start, AccessControlHeader, AccessWidth.DoubleWord);
        Config.Define(Start + PciAccessControlLayout.Capability, PciAccessControlLayout.Isolation, AccessWidth.Word);
        Config.AllowWrite(Start + PciAccessControlLayout.Control, PciAccessControlLayout.Isolation, AccessWidth.Word);
    }

    private void ResetBelow()
    {
        foreach (var function in Secondary.Functions)
            function.ResetFunction();
    }

    private static void AddWithin((ulong Start, ulong Last) window, List<MmioRegion> below, List<MmioRegion> regions)
    {
        foreach (var region in below)
        {
            if (window.Start <= window.Last && region.TryClip(window.Start, window.Last, out var clipped))
                regions.Add(clipped);
        }
    }

    private (ulong Start, ulong Last) ReadWindow(int baseOffset, int limitOffset)
    {
        var start = (ulong)(Config.Read16(baseOffset) & PciBridgeHeader.WindowAddressBits) << PciBridgeHeader.WindowShift;
        var last = (ulong)(Config.Read16(limitOffset) & PciBridgeHeader.WindowAddressBits) << PciBridgeHeader.WindowShift;
        return (start, last + (PciBridgeHeader.WindowGranuleBytes - 1));
    }

    private (ulong Start, ulong Last) ReadPrefetchableWindow()
    {
        var (start, last) = ReadWindow(PciBridgeHeader.PrefetchableBase, PciBridgeHeader.PrefetchableLimit);
        return (start | ((ulong)Config.Read32(PciBridgeHeader.PrefetchableBaseUpper) << 32),
            last | ((ulong)Config.Read32(PciBridgeHeader.PrefetchableLimitUpper) << 32));
    }
}
