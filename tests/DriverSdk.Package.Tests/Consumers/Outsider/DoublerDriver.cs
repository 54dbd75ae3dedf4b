using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace Outsider;

/// <summary>The doubler's driver: it lends the device a buffer of 0, 1, 2, ... and keeps what came back.</summary>
public sealed class DoublerDriver : PciDriver
{
    private const int LengthBytes = 100;

    public byte[] Doubled { get; private set; } = [];

    public override IReadOnlyList<PciId> Ids => [PciId.Device(Doubler.VendorId, Doubler.DeviceId)];

    protected override Errno Probe(PciDevice device)
    {
        if (device.EnableDevice() is { IsError: true } disabled)
            return disabled;
        device.SetMaster();
        if (!device.TryMapBar(0, out var registers))
            return Errno.NoDevice;

        var buffer = device.Kernel.Memory.Kmalloc(LengthBytes, Gfp.Kernel);
        if (buffer.IsNull)
            return Errno.NoMemory;
        var result = Double(device, registers, buffer);
        device.Kernel.Memory.Kfree(buffer);
        return result;
    }

    protected override void Remove(PciDevice device) => device.DisableDevice();

    private Errno Double(PciDevice device, MmioRegion registers, KernelBuffer buffer)
    {
        using (var view = buffer.Write())
        {
            for (var index = 0; index < LengthBytes; index++)
                view.Bytes[index] = (byte)index;
        }

        if (!device.Dma.TryMap<Bidirectional>(buffer, out var loan))
            return Errno.NoMemory;
        registers.Write64(Doubler.AddressRegister, loan.Iova.Value);
        registers.Write32(Doubler.LengthRegister, LengthBytes);
        registers.Write32(Doubler.StartRegister, 1);
        var status = registers.Read32(Doubler.StartRegister);
        loan.Unmap();
        if (status != 0)
            return Errno.InputOutput;
        using (var view = buffer.Read())
            Doubled = view.Bytes[..LengthBytes].ToArray();
        return Errno.Success;
    }
}
