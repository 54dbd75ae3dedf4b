using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Sanitizer;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

/// <summary>Each DMA rule broken by a driver on a whole machine, in which nothing else goes wrong: the bug is reported on the run on which it does no harm.</summary>
[TestClass]
public sealed class SanitizerScenarios
{
    private const string Probe = "0000:00:02.0";

    [TestMethod]
    public void ADriverThatLeavesMappingsBehind_IsReportedWhenItIsUnbound_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine =>
    {
        DmaLoan<ToDevice> kept = default;
        machine.Run(() =>
        {
            machine.Device.Dma.TryMap(machine.Memory.Kmalloc(64, Gfp.Kernel), out kept);
            machine.Device.Dma.TryMap<ToDevice>(machine.Memory.Kmalloc(64, Gfp.Kernel), out var returned);
            returned.Unmap();
            machine.ShouldReportNothing();
            machine.Kernel.Pci.UnregisterDriver(machine.Driver);
        });
        machine.ShouldReport("DRV1001").At(kept.Iova).By(Probe).Once();
    });

    [TestMethod]
    public void AKmallocObjectFreedWhileMapped_IsReported_ThoughItsPageStaysInUseAndTheNeighbourIsFine_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine => machine.Run(() =>
    {
        var (before, buffer, after) = (Object(machine), Object(machine), Object(machine));
        machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan);

        machine.Memory.Kfree(before);
        machine.Memory.Kfree(after);
        machine.ShouldReportNothing();
        machine.Memory.Kfree(buffer);

        machine.ShouldReport("DRV1002").At(loan.Iova).By(Probe).Once();
        machine.DeviceWrites(loan.Iova, "still reachable"u8).ShouldLand();
        loan.Unmap();
        machine.ShouldReport("DRV1002").Once();
    }));

    [TestMethod]
    public void TheSameThroughTheRawDoor_IsReportedWithItsText()
    {
        const string Nic = "/home/me/Nic.cs";
        using var machine = TestMachine.Deterministic(1);
        machine.Run(() =>
        {
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel, Nic, 10);
            machine.Memory.TryTranslate(buffer.Address, out var physical);
            var handle = DmaRaw.MapSingle(machine.Device, buffer.Address, 64, DmaDirection.FromDevice, Nic, 11);
            machine.Memory.Kfree(buffer, Nic, 12);
            DmaRaw.UnmapSingle(machine.Device, handle, 64, DmaDirection.FromDevice, Nic, 13);

            Assert.AreEqual(
                $"""
                DRV1002 driver 'probe' of device '0000:00:02.0' frees memory that the device can still reach
                        {handle}  mapped 64 bytes FromDevice  freed kmalloc object {physical} 64 bytes
                        mapped at Nic.cs:11  allocated at Nic.cs:10  freed at Nic.cs:12
                        rule: analyzers/rules/DRV1002.md
                """, machine.ShouldReport("DRV1002").At(handle.Iova).Once().Violation.ToString());
        });
    }

    [TestMethod]
    public void VmallocAreaFreedWhileMapped_IsReported() => Frees(machine =>
    {
        var area = machine.Memory.Vmalloc(3 * 4096);
        var list = new ScatterList();
        list.Add(area);
        machine.Device.Dma.TryMapSg<FromDevice>(list, out var loan);
        var last = loan.Segments[0].Start;
        machine.Memory.Vfree(area);
        loan.Unmap();
        return last;
    }, "freed vmalloc page");

    [TestMethod]
    public void PageBlockFreedWhileItsMiddleIsMapped_IsReported() => Frees(machine =>
    {
        var pages = machine.Memory.AllocPages(2, Gfp.Kernel);
        machine.Device.Dma.TryMap<FromDevice>(pages.Buffer.Slice(8192, 100), out var loan);
        machine.Memory.FreePages(pages);
        loan.Unmap();
        return loan.Iova;
    }, "freed pages");

    [TestMethod]
    public void CoherentBlockFreedWhileAStreamingMappingHoldsIt_IsReported() => Frees(machine =>
    {
        machine.Device.Dma.TryAllocCoherent(4096, Gfp.Kernel, out var block);
        machine.Kernel.Iommu.DomainOf(TestMachine.ProbePlace)!.TryTranslate(block.Iova, out var physical);
        var handle = DmaRaw.MapPage(machine.Device, Pfn.Containing(physical), 0, 128, DmaDirection.Bidirectional);
        machine.Device.Dma.FreeCoherent(block);
        DmaRaw.UnmapPage(machine.Device, handle, 128, DmaDirection.Bidirectional);
        return handle.Iova;
    }, "freed coherent block");

    [TestMethod]
    public void UnmappingTwice_ThroughEitherDoor_IsReported()
    {
        using var machine = TestMachine.WithIommu();
        machine.Run(() =>
        {
            var buffer = Object(machine);
            machine.Device.Dma.TryMap<ToDevice>(buffer, out var loan);
            loan.Unmap();
            loan.Unmap();
            machine.ShouldReport("DRV1003").At(loan.Iova).By(Probe).Once();

            machine.Machine.Sanitizer.Clear();
            var handle = DmaRaw.MapSingle(machine.Device, buffer.Address, 64, DmaDirection.ToDevice);
            DmaRaw.UnmapSingle(machine.Device, handle, 64, DmaDirection.ToDevice);
            DmaRaw.UnmapSingle(machine.Device, handle, 64, DmaDirection.ToDevice);
            machine.ShouldReport("DRV1003").At(handle.Iova).By(Probe).Once();
            machine.Memory.Kfree(buffer);
        });
    }

    [TestMethod]
    public void MappingAFreedPage_IsReported()
    {
        using var machine = TestMachine.WithIommu();
        machine.Run(() =>
        {
            // The tables are there already, so that no table takes the freed page.
            machine.Device.Dma.TryMap<ToDevice>(Object(machine), out var first);
            var pages = machine.Memory.AllocPages(0, Gfp.Kernel);
            machine.Memory.FreePages(pages);
            var handle = DmaRaw.MapPage(machine.Device, pages.First, 0, 64, DmaDirection.ToDevice);
            machine.ShouldReport("DRV1004").At(handle.Iova).By(Probe).Once();
            DmaRaw.UnmapPage(machine.Device, handle, 64, DmaDirection.ToDevice);
            first.Unmap();
        });
    }

    [TestMethod]
    public void FreeingWhileAnotherThreadsUnmapWaitsForTheDevice_IsReportedAsDraining()
    {
        var device = new SlowDevice();
        using var machine = TestMachine.WithIommu(builder => builder.Attach(device, new Bdf(0, 6, 0)));
        machine.Run(() =>
        {
            var pci = machine.Kernel.Pci.Devices.Single(found => found.Location == new Bdf(0, 6, 0));
            pci.SetMaster();
            var pages = machine.Memory.AllocPages(0, Gfp.Kernel);
            pci.Dma.TryMapPages<FromDevice>(pages, out var loan);
            using var freed = new ManualResetEventSlim();
            var transfer = device.BeginWrite(loan.Iova, () => freed.Wait(TimeSpan.FromSeconds(10)));
            var unmap = Task.Factory.StartNew(() => loan.Unmap(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var domain = machine.Kernel.Iommu.DomainOf(new Bdf(0, 6, 0))!;
            SpinWait.SpinUntil(() => !domain.TryTranslate(loan.Iova, out _), TimeSpan.FromSeconds(10));

            machine.Memory.FreePages(pages);
            freed.Set();

            unmap.Wait();
            Assert.IsTrue(transfer.Result.WasOver, "the page was freed in the middle of the transfer");
            machine.ShouldReport("DRV1005").At(loan.Iova).By("0000:00:06.0").Once();
            Assert.AreEqual(1, machine.Machine.Sanitizer.Count);
        });
    }

    [TestMethod]
    public void UnmappingLessThanWasMapped_IsReported_AndTheRestStaysReachable()
    {
        using var machine = TestMachine.WithIommu();
        machine.Run(() =>
        {
            var pages = machine.Memory.AllocPages(1, Gfp.Kernel);
            var handle = DmaRaw.MapPage(machine.Device, pages.First, 0, 8192, DmaDirection.FromDevice);
            DmaRaw.UnmapPage(machine.Device, handle, 4096, DmaDirection.FromDevice);
            machine.ShouldReport("DRV1006").At(handle.Iova).By(Probe).Once();
            machine.DeviceWrites(handle.Iova, "gone"u8).ShouldFault(FaultReason.WriteDenied);
            machine.DeviceWrites(handle.Iova + 4096, "left"u8).ShouldLand();
        });
    }

    [TestMethod]
    public void MergedPageCounts_SeeThePageFreedWhileMapped_AndAreBlindForAnObjectInIt()
    {
        using var machine = TestMachine.WithIommu(builder => builder.WithSanitizer(new SanitizerOptions { Dma = DmaChecks.GranuleCounts, Policy = ViolationPolicy.Count }));
        machine.Run(() =>
        {
            var (neighbour, buffer) = (Object(machine), Object(machine));
            machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
            machine.Memory.Kfree(buffer);
            machine.ShouldReportNothing();
            loan.Unmap();
            machine.Memory.Kfree(neighbour);

            var pages = machine.Memory.AllocPages(0, Gfp.Kernel);
            machine.Device.Dma.TryMapPages<FromDevice>(pages, out var pageLoan);
            machine.Memory.FreePages(pages);
            Assert.AreEqual("a page is freed while an IOMMU domain maps it", machine.ShouldReport("DRV1002").Once().Violation.Sentence);
            pageLoan.Unmap();
        });
    }

    [TestMethod]
    public void ACorrectDriver_IsNeverReported_OnEveryMachine() => EveryMachine.Runs(
        builder => builder.Attach(new StampDevice(DriverSdk.Hardware.Pci.InterruptKind.Msix), new Bdf(0, 5, 0)),
        machine =>
        {
            var driver = new StampDriver();
            machine.Run(() =>
            {
                machine.Kernel.Pci.RegisterDriver(driver);
                for (var i = 0; i < 5; i++)
                    CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), driver.Devices[0].Stamp());
                machine.Kernel.Pci.UnregisterDriver(driver);
            });
            machine.ShouldReportNothing();
            Assert.AreEqual(machine.Machine.Statistics.MapCount, machine.Machine.Statistics.UnmapCount);
        });

    private static KernelBuffer Object(TestMachine machine) => machine.Memory.Kmalloc(64, Gfp.Kernel);

    private static void Frees(Func<TestMachine, Iova> driver, string memoryWords)
    {
        using var machine = TestMachine.Deterministic(2);
        machine.Run(() =>
        {
            var iova = driver(machine);
            var report = machine.ShouldReport("DRV1002").At(iova).By(Probe).Violation;
            StringAssert.Contains(string.Join(' ', report.Facts), memoryWords);
            CollectionAssert.IsSubsetOf(new[] { "mapped", "allocated", "freed" }, report.Places.Select(place => place.What).ToArray());
        });
    }
}
