using DriverSdk.Kernel;
using DriverSdk.Kernel.Pci;

namespace DriverSdk.Tests.Kernel.Pci;

internal static class PciFunctions
{
    /// <summary>The functions that a test has attached: all but the host bridge at 00:00.0.</summary>
    public static IReadOnlyList<PciDevice> Attached(this KernelInstance kernel) => [.. kernel.Pci.Devices.Where(device => device.Location != default)];
}
