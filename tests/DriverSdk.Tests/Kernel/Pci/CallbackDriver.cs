using DriverSdk.Kernel;
using DriverSdk.Kernel.Pci;

namespace DriverSdk.Tests.Kernel.Pci;

/// <summary>A driver whose probe and remove the test writes.</summary>
internal sealed class CallbackDriver(Func<PciDevice, Errno> probe, Action<PciDevice>? remove = null) : PciDriver
{
    public override string Name => "callback";

    public override IReadOnlyList<PciId> Ids { get; } = [PciId.Device(0x1234, 0x5678)];

    protected internal override Errno Probe(PciDevice device) => probe(device);

    protected internal override void Remove(PciDevice device) => remove?.Invoke(device);
}
