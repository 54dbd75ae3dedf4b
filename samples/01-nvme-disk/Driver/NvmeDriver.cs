using DriverSdk.Kernel;
using DriverSdk.Kernel.Pci;

namespace NvmeDisk.Driver;

/// <summary>A driver for NVM Express controllers: binds to the class, whoever made the device.</summary>
internal sealed class NvmeDriver(NvmeDriverOptions options) : PciDriver
{
    private const uint NvmExpressClass = 0x010802;

    public override string Name => "nvme";

    public override IReadOnlyList<PciId> Ids => [PciId.Class(NvmExpressClass)];

    /// <summary>The disk behind a bound function.</summary>
    public static NvmeHost HostOf(PciDevice device) =>
        device.DriverData as NvmeHost ?? throw new InvalidOperationException($"{device} has no NVMe controller bound; register the driver first and check its result.");

    protected override Errno Probe(PciDevice device)
    {
        var controller = new NvmeHost(device, options);
        var result = controller.Start();
        if (result.IsError)
            return result;
        device.DriverData = controller;
        return Errno.Success;
    }

    protected override void Remove(PciDevice device) => HostOf(device).Remove();
}
