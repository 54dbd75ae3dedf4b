using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Scenarios;

/// <summary>Drives every <see cref="StampDevice"/>: takes up to <paramref name="vectors"/> vectors and notes which CPU each interrupt came to.</summary>
internal sealed class StampDriver(int vectors = 1) : PciDriver
{
    public List<Bound> Devices { get; } = [];

    public override string Name => "stamp";

    public override IReadOnlyList<PciId> Ids => [PciId.Device(StampDevice.VendorId, StampDevice.DeviceId)];

    protected internal override DriverSdk.Kernel.Errno Probe(PciDevice device)
    {
        device.EnableDevice();
        device.SetMaster();
        device.Dma.SetMaskAndCoherent(DmaMask.Bits(64));
        if (!device.TryMapBar(0, out var registers))
            return DriverSdk.Kernel.Errno.NoDevice;
        var allocated = device.AllocIrqVectors(1, vectors);
        if (allocated.IsError)
            return allocated;
        var bound = new Bound(device, registers);
        for (var index = 0; index < device.IrqVectorCount; index++)
            bound.Listen(index);
        Devices.Add(bound);
        return DriverSdk.Kernel.Errno.Success;
    }

    protected internal override void Remove(PciDevice device)
    {
    }

    internal sealed class Bound(PciDevice device, MmioRegion registers)
    {
        private readonly Completion _done = new("stamp");

        public PciDevice Device { get; } = device;

        public List<(int Vector, int Cpu, KernelContexts Context)> Interrupts { get; } = [];

        public void Listen(int vector)
        {
            Device.Kernel.Interrupts.RequestSharedIrq(Device.IrqVector(vector), "stamp", _ =>
            {
                if (registers.Read32(StampDevice.Status) == 0)
                    return IrqReturn.None;
                registers.Write32(StampDevice.Status, 0);
                Interrupts.Add((vector, Cpu.Current.Index, Cpu.Current.Context));
                _done.Complete();
                return IrqReturn.Handled;
            }, out var handler);
            Device.Managed.Add(() => Device.Kernel.Interrupts.FreeIrq(handler!));
        }

        /// <summary>Has the device stamp a fresh buffer and waits for its interrupt.</summary>
        public byte[] Stamp(int vector = 0)
        {
            var memory = Device.Kernel.Memory;
            var buffer = memory.Kmalloc(64, Gfp.Kernel | Gfp.Zero);
            Assert.IsTrue(Device.Dma.TryMap<FromDevice>(buffer, out var loan));
            registers.Write64(StampDevice.Address, loan.Iova.Value);
            registers.Write32(StampDevice.Start, (uint)vector);
            Assert.IsTrue(_done.WaitTimeout(TimeSpan.FromSeconds(30)), $"no interrupt of {Device.Name}");
            loan.Unmap();
            var bytes = new byte[StampDevice.Mark.Length];
            buffer.CopyTo(bytes);
            memory.Kfree(buffer);
            return bytes;
        }
    }
}
