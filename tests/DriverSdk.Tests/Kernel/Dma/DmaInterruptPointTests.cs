using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Memory;
using DriverSdk.Machines;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Kernel.Dma;

/// <summary>A DMA call is one of the points at which a latched interrupt arrives.</summary>
[TestClass]
public sealed class DmaInterruptPointTests
{
    [TestMethod]
    public void MapAndUnmap_LatchedInterrupt_ArrivesInTheCall()
    {
        var probe = new DmaProbe();
        using var machine = new MachineBuilder().WithCpus(1).Attach(probe, new Bdf(0, 2, 0)).Build();
        machine.Run(kernel =>
        {
            var device = kernel.Pci.Devices.Single(candidate => candidate.DeviceId == DmaProbe.DeviceId);
            device.EnableDevice();
            device.SetMaster();
            Assert.AreEqual(Errno.Success, device.AllocIrqVectors(1, 1));
            var arrived = 0;
            kernel.Interrupts.RequestIrq(device.IrqVector(0), "probe", _ => Count(ref arrived), out var registration);
            var buffer = kernel.Memory.Kmalloc(64, Gfp.Kernel);

            probe.Interrupts();
            var before = arrived;
            var handle = DmaRaw.MapSingle(device, buffer.Address, 64, DmaDirection.FromDevice);
            var afterMap = arrived;
            Assert.IsFalse(DmaRaw.MappingError(device, handle));
            probe.Interrupts();
            DmaRaw.UnmapSingle(device, handle, 64, DmaDirection.FromDevice);

            Assert.AreEqual((0, 1, 2), (before, afterMap, arrived), "arrivals before the map, after it, and after the unmap");
            kernel.Interrupts.FreeIrq(registration!);
            kernel.Memory.Kfree(buffer);
        });
    }

    private static IrqReturn Count(ref int arrived)
    {
        arrived++;
        return IrqReturn.Handled;
    }
}
