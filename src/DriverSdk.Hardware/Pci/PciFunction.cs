using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;

namespace DriverSdk.Hardware.Pci;

/// <summary>Anything that has a configuration space: an endpoint or a bridge.</summary>
/// <remarks>Derive a device from <see cref="PciEndpoint"/>.</remarks>
public abstract class PciFunction
{
    private const PciCommand StoredCommandBits = PciCommand.MemorySpace | PciCommand.BusMaster | PciCommand.ParityErrorResponse
        | PciCommand.SystemErrorEnable | PciCommand.InterruptDisable;

    private PciBus? _bus;
    private int _devFn;

    private protected PciFunction(PciIdentity identity, byte headerType)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (identity.VendorId == ushort.MaxValue)
            throw new ArgumentException("Vendor id 0xffff means that no function answers; give another one.", nameof(identity));
        Identity = identity;
        Capabilities = new CapabilityList(Config);
        Config.Define(PciHeader.VendorId, identity.VendorId, AccessWidth.Word);
        Config.Define(PciHeader.DeviceId, identity.DeviceId, AccessWidth.Word);
        Config.Define(PciHeader.RevisionId, (identity.ClassCode.Value << 8) | identity.Revision, AccessWidth.DoubleWord);
        Config.Define(PciHeader.HeaderType, headerType, AccessWidth.Byte);
        Config.Define(PciHeader.InterruptLine, byte.MaxValue, AccessWidth.Byte);
        Config.AllowWrite(PciHeader.Command, (uint)StoredCommandBits, AccessWidth.Word);
        Config.AllowWrite(PciHeader.CacheLineSize, byte.MaxValue, AccessWidth.Byte);
        Config.AllowWrite(PciHeader.InterruptLine, byte.MaxValue, AccessWidth.Byte);
    }

    /// <summary>Who the function says it is.</summary>
    public PciIdentity Identity { get; }

    /// <summary>Bus, device and function as its requests carry them; the bus is 0 until software has numbered the bridge above. 00:00.0 until attached.</summary>
    /// <remarks>Behind a <see cref="BridgeKind.ExpressToPci"/> bridge it is the bridge's alias, the same for every function there: the bus below, device 0, function 0.</remarks>
    public Bdf RequesterId
    {
        get
        {
            var requester = Place;
            for (var bridge = _bus?.Bridge; bridge is not null; bridge = bridge._bus?.Bridge)
                requester = bridge.AliasOf(requester);
            return requester;
        }
    }

    /// <summary>Where software finds its configuration space.</summary>
    internal Bdf Place => new((ushort)(((_bus?.Number ?? 0) << 8) | _devFn));

    /// <summary>Its configuration space.</summary>
    internal ConfigSpace Config { get; } = new();

    /// <summary>The machine it is attached to, or null.</summary>
    internal RootComplex? Root => _bus?.Root;

    /// <summary>The bus it is attached to, or null.</summary>
    internal PciBus? Bus => _bus;

    /// <summary>Device and function numbers, 0 to 255.</summary>
    internal int DevFn => _devFn;

    /// <summary>The command register.</summary>
    internal PciCommand Command => (PciCommand)Config.Read16(PciHeader.Command);

    /// <summary>Whether its requests reach memory: bus mastering is on here and on each bridge above.</summary>
    internal bool MayMasterBus
    {
        get
        {
            for (var function = this; function is not null; function = function._bus?.Bridge)
            {
                if ((function.Command & PciCommand.BusMaster) == 0)
                    return false;
            }

            return true;
        }
    }

    private protected CapabilityList Capabilities { get; }

    /// <summary>A read of software; <paramref name="offset"/> is a multiple of the width.</summary>
    internal uint ReadConfig(int offset, AccessWidth width) => Config.Read(offset, width);

    /// <summary>A write of software; <paramref name="offset"/> is a multiple of the width.</summary>
    internal void WriteConfig(int offset, uint value, AccessWidth width)
    {
        Config.Write(offset, value, width);
        if (offset < PciHeader.FirstCapability)
            OnHeaderWritten(offset);
        else
            OnRegisterWritten(offset);
    }

    /// <summary>Brings the function to its state after power-on: registers, BARs and interrupts, and the device's own state.</summary>
    internal virtual void ResetFunction()
    {
        Config.Reset();
        Capabilities.Reset();
        OnHeaderWritten(PciHeader.Command);
    }

    /// <summary>Joins a bus that belongs to a machine, or will.</summary>
    internal void JoinBus(PciBus bus, int devFn)
    {
        if (_bus is not null)
            throw new InvalidOperationException($"{GetType().Name} {Identity} is attached already; a function has one place.");
        _bus = bus;
        _devFn = devFn;
    }

    /// <summary>Leaves its bus.</summary>
    internal void LeaveBus() => _bus = null;

    /// <summary>Adds the addresses it answers now.</summary>
    internal abstract void CollectRegions(List<MmioRegion> regions);

    /// <summary>The function is part of a machine from now on.</summary>
    internal abstract void OnAttached(RootComplex root);

    /// <summary>The function is no longer part of the machine.</summary>
    internal abstract void OnDetached();

    private protected virtual void OnHeaderWritten(int offset) => Root?.UpdateDecode();

    private protected virtual void OnRegisterWritten(int offset) => Capabilities.Written(offset);
}
