using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace BugsAndReports.Bugs;

/// <summary>DRV1002: the memory goes back to the kernel while the device can still write it, and the device then writes into what somebody else was given.</summary>
internal sealed class FreeWhileMapped : FillDriver
{
    private string? _harm;

    public override IReadOnlyList<string> Harm => _harm is null ? [] : [_harm];

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

        device.Kernel.Memory.Kfree(buffer);
        var stranger = device.Kernel.Memory.Kmalloc(lengthBytes, Gfp.Kernel | Gfp.Zero);
        Start(registers, mapping, lengthBytes);
        DmaRaw.UnmapSingle(device, mapping, lengthBytes, DmaDirection.FromDevice);
        LookAt(stranger);
        device.Kernel.Memory.Kfree(stranger);
        return Errno.Success;
    }

    private void LookAt(KernelBuffer stranger)
    {
        if (stranger.IsNull)
            return;
        using var view = stranger.Read();
        var foreign = view.Bytes.Count(Filling);
        if (foreign != 0)
            _harm = $"somebody else allocated {stranger.LengthBytes} zeroed bytes and found {foreign} of them overwritten with 0x{Filling:x2} by the device";
    }
}
