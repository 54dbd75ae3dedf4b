using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace BugsAndReports.Bugs;

/// <summary>DRV1002: the memory goes back to the kernel while the device can still write it.</summary>
internal sealed class FreeWhileMapped : FillDriver
{
    protected override Errno Misbehave(PciDevice device, MmioRegion registers)
    {
        const uint lengthBytes = 256;
        var buffer = device.Kernel.Memory.Kmalloc(lengthBytes, Gfp.Kernel);
        if (buffer.IsNull)
            return Errno.NoMemory;
        var mapping = DmaRaw.MapSingle(device, buffer.Address, lengthBytes, DmaDirection.FromDevice);
        if (DmaRaw.MappingError(device, mapping))
        {
            device.Kernel.Memory.Kfree(buffer);
            return Errno.NoMemory;
        }

        Start(registers, mapping, lengthBytes);
        device.Kernel.Memory.Kfree(buffer);
        DmaRaw.UnmapSingle(device, mapping, lengthBytes, DmaDirection.FromDevice);
        return Errno.Success;
    }
}
