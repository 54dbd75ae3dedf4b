using DriverSdk.Kernel;
using DriverSdk.Kernel.Pci;

namespace DriverSdk.Tests.Kernel.Pci;

/// <summary>A driver whose probe and remove are the test's.</summary>
internal sealed class ScriptedDriver(params PciId[] ids) : PciDriver
{
    public Func<PciDevice, Errno> OnProbe { get; init; } = _ => Errno.Success;

    public Action<PciDevice> OnRemove { get; init; } = _ => { };

    public List<PciDevice> Probed { get; } = [];

    public List<PciDevice> Removed { get; } = [];

    public override string Name => "scripted";

    public override IReadOnlyList<PciId> Ids => ids;

    protected internal override Errno Probe(PciDevice device)
    {
        Probed.Add(device);
        return OnProbe(device);
    }

    protected internal override void Remove(PciDevice device)
    {
        Removed.Add(device);
        OnRemove(device);
    }
}
