using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace BugsAndReports.Bugs;

/// <summary>DRV1001: the error path returns without taking the mapping down.</summary>
internal sealed class LeakOnErrorPath : FillDriver
{
    protected override Errno Misbehave(PciDevice device, MmioRegion registers)
    {
        const uint lengthBytes = 256;
        var buffer = device.Kernel.Memory.Kmalloc(lengthBytes, Gfp.Kernel);
        if (buffer.IsNull)
            return Errno.NoMemory;
        device.Managed.Add(() => device.Kernel.Memory.Kfree(buffer));

        var mapping = DmaRaw.MapSingle(device, buffer.Address, lengthBytes, DmaDirection.FromDevice);
        if (DmaRaw.MappingError(device, mapping))
            return Errno.NoMemory;
        Start(registers, mapping, lengthBytes);

        using (var view = buffer.Read())
        {
            if (view.Bytes[0] != 0x5a)
                return Errno.InputOutput;
        }

        DmaRaw.UnmapSingle(device, mapping, lengthBytes, DmaDirection.FromDevice);
        return Errno.Success;
    }
}
