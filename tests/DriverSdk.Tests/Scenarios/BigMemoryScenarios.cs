using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class BigMemoryScenarios
{
    private static readonly PhysAddr FourGiB = new(4UL << 30);

    [TestMethod]
    public void AMachineOf64GiBBoots_AndItsDeviceWritesAboveFourGiB()
    {
        using var machine = TestMachine.WithIommu(builder => builder.WithRam(64UL << 30));
        machine.Run(() =>
        {
            var pages = machine.Memory.AllocPages(10, Gfp.Kernel);
            Assert.IsTrue(pages.First.Start >= FourGiB, $"{pages.First.Start} lies low, though nobody asked for low memory");
            Assert.AreEqual(DriverSdk.Kernel.Errno.Success, machine.Device.Dma.SetMaskAndCoherent(DmaMask.Bits(32)));
            Assert.IsTrue(machine.Device.Dma.TryMapPages<FromDevice>(pages, out var loan), "a 32-bit device reaches high memory through the IOMMU");
            Assert.IsTrue(loan.Iova.Value < 1UL << 32);

            machine.DeviceWrites(loan.Iova + (pages.LengthBytes - 4), "high"u8).ShouldLand();

            var bytes = new byte[4];
            pages.Buffer.CopyTo(bytes, pages.LengthBytes - 4);
            CollectionAssert.AreEqual("high"u8.ToArray(), bytes);
            loan.Unmap();
            machine.Memory.FreePages(pages);
        });
        machine.ShouldReportNothing();
    }

    [TestMethod]
    public void WithoutAnIommu_OnlyADeviceWithAWideMaskReachesHighMemory()
    {
        using var machine = TestMachine.WithoutIommu(builder => builder.WithRam(64UL << 30));
        machine.Run(() =>
        {
            var pages = machine.Memory.AllocPages(0, Gfp.Kernel);
            Assert.IsTrue(machine.Device.Dma.TryMapPages<FromDevice>(pages, out var wide));
            Assert.AreEqual(pages.First.Start.Value, wide.Iova.Value);
            machine.DeviceWrites(wide.Iova, "direct"u8).ShouldLand();
            wide.Unmap();

            machine.Device.Dma.SetMask(DmaMask.Bits(32));
            Assert.IsFalse(machine.Device.Dma.TryMapPages<FromDevice>(pages, out _));
            var low = machine.Memory.AllocPages(0, Gfp.Kernel | Gfp.Dma32);
            Assert.IsTrue(machine.Device.Dma.TryMapPages<FromDevice>(low, out var narrow));
            narrow.Unmap();
            machine.Memory.FreePages(low);
            machine.Memory.FreePages(pages);
        });
    }
}
