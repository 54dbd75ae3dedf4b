using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Memory;
using DriverSdk.Sanitizer;

namespace DriverSdk.Tests.Kernel.Dma;

[TestClass]
public sealed class DmaApiTests
{
    [TestMethod]
    [DataRow(64UL)]
    [DataRow(1500UL)]
    [DataRow(4096UL)]
    [DataRow(1UL << 20)]
    public void TryMap_Buffer_TheDeviceReachesItsFirstAndLastByte(ulong lengthBytes)
    {
        using var bench = new DmaBench();
        var buffer = bench.Kmalloc(lengthBytes);

        Assert.IsTrue(bench.Device.Dma.TryMap<FromDevice>(buffer, out var loan));

        Assert.AreEqual(bench.PhysOf(buffer), bench.Reach(loan.Iova, IommuAccess.Write));
        Assert.AreEqual(bench.PhysOf(buffer) + (lengthBytes - 1), bench.Reach(loan.Iova + (lengthBytes - 1), IommuAccess.Write));
        Assert.AreEqual(lengthBytes, loan.LengthBytes);
    }

    [TestMethod]
    public void TryMap_ShortBufferAcrossTwoPages_TheDeviceReachesBoth()
    {
        using var bench = new DmaBench();
        var buffer = bench.Kmalloc(8192).Slice(4096 - 16, 32);

        Assert.IsTrue(bench.Device.Dma.TryMap<FromDevice>(buffer, out var loan));

        Assert.AreEqual(bench.PhysOf(buffer), bench.Reach(loan.Iova, IommuAccess.Write));
        Assert.AreEqual(bench.PhysOf(buffer) + 31, bench.Reach(loan.Iova + 31, IommuAccess.Write));
    }

    [TestMethod]
    public void TryMap_EachDirection_GivesItsPermissionsOnly()
    {
        using var bench = new DmaBench();
        var buffer = bench.Kmalloc(4096);
        bench.Device.Dma.TryMap<ToDevice>(buffer, out var toDevice);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var fromDevice);
        bench.Device.Dma.TryMap<Bidirectional>(buffer, out var both);

        Assert.IsTrue(bench.Allows(toDevice.Iova, IommuAccess.Read));
        Assert.IsFalse(bench.Allows(toDevice.Iova, IommuAccess.Write));
        Assert.IsFalse(bench.Allows(fromDevice.Iova, IommuAccess.Read));
        Assert.IsTrue(bench.Allows(fromDevice.Iova, IommuAccess.Write));
        Assert.IsTrue(bench.Allows(both.Iova, IommuAccess.Read));
        Assert.IsTrue(bench.Allows(both.Iova, IommuAccess.Write));
    }

    [TestMethod]
    public void Unmap_AfterTheTranslationWasCached_TheDeviceIsRefused()
    {
        using var bench = new DmaBench();
        var buffer = bench.Kmalloc(4096);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
        Assert.IsTrue(bench.Allows(loan.Iova, IommuAccess.Write));

        loan.Unmap();

        Assert.IsFalse(bench.Allows(loan.Iova, IommuAccess.Write));
        Assert.IsFalse(loan.IsMapped);
    }

    [TestMethod]
    public void Unmap_StaleCopy_LeavesTheNewLoanAlone()
    {
        using var bench = new DmaBench();
        var buffer = bench.Kmalloc(4096);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var first);
        first.Unmap();
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var second);
        Assert.AreEqual(first.Iova, second.Iova, "the slot and the IOVA are used again, so that only the generation differs");

        first.Unmap();

        Assert.IsTrue(bench.Allows(second.Iova, IommuAccess.Write));
        Assert.AreEqual(1, bench.Sanitizer.CountOf("DRV1003"));
    }

    [TestMethod]
    public void AsScope_AtTheBrace_Unmaps()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.TryMap<FromDevice>(bench.Kmalloc(4096), out var loan);

        using (var scope = loan.AsScope())
            Assert.IsTrue(bench.Allows(scope.Iova, IommuAccess.Write));

        Assert.IsFalse(bench.Allows(loan.Iova, IommuAccess.Write));
        Assert.AreEqual(0, bench.Sanitizer.Count);
    }

    [TestMethod]
    public void SyncForCpu_AfterTheDeviceWrote_ShowsItsBytes()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.TryMap<FromDevice>(bench.Kmalloc(300), out var loan);
        bench.Ram.TryWrite(bench.Reach(loan.Iova, IommuAccess.Write)!.Value, [1, 2, 3]);

        using (var view = loan.SyncForCpu())
        {
            Assert.AreEqual(300, view.Bytes.Length);
            Assert.AreEqual(3, view.Bytes[2]);
        }

        loan.SyncForDevice();
        loan.Unmap();
        Assert.ThrowsExactly<InvalidOperationException>(() => loan.SyncForDevice());
    }

    [TestMethod]
    public void DefaultLoan_Unmap_SaysThatNothingWasMapped()
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => default(DmaLoan<ToDevice>).Unmap());
        StringAssert.Contains(exception.Message, "no mapping was made");
        Assert.AreEqual("no loan", default(DmaLoan<ToDevice>).ToString());
    }

    [TestMethod]
    public void TryMap_ThirtyTwoBitMask_StaysBelow4GiB()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.Mapper.Mask = DmaMask.Bits(24);
        Assert.IsTrue(bench.Device.Dma.TryMap<ToDevice>(bench.Kmalloc(100), out var loan));
        Assert.IsLessThan(1UL << 24, loan.Iova.Value + 100);
    }

    [TestMethod]
    public void TryMap_NoIovaLeftUnderTheMask_IsRefusedAndLeavesNothing()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.Mapper.Mask = DmaMask.Bits(13);
        var buffer = bench.Kmalloc(4096);
        Assert.IsTrue(bench.Device.Dma.TryMap<ToDevice>(buffer, out var only), "page 1 is all there is below 8 KiB");
        Assert.IsFalse(bench.Device.Dma.TryMap<ToDevice>(buffer, out var none));
        Assert.AreEqual(0UL, none.LengthBytes);

        only.Unmap();

        Assert.IsTrue(bench.Device.Dma.TryMap<ToDevice>(buffer, out _));
    }

    [TestMethod]
    public void TryMap_WithoutUnit_IovaIsThePhysicalAddress()
    {
        using var bench = DmaBench.WithoutUnit();
        var buffer = bench.Kmalloc(512);
        Assert.IsTrue(bench.Device.Dma.TryMap<ToDevice>(buffer, out var loan));
        Assert.AreEqual(bench.PhysOf(buffer).Value, loan.Iova.Value);

        bench.Device.Dma.Mapper.Mask = DmaMask.Bits(20);

        Assert.IsFalse(bench.Device.Dma.TryMap<ToDevice>(buffer, out _), "memory above the mask needs a bounce buffer, which there is not");
    }

    [TestMethod]
    public void TryAllocCoherent_CpuAndDevice_SeeTheSameZeroedMemory()
    {
        using var bench = new DmaBench();
        Assert.IsTrue(bench.Device.Dma.TryAllocCoherent(6000, Gfp.Atomic, out var buffer));
        Assert.AreEqual(6000UL, buffer.LengthBytes);
        Assert.AreEqual(0UL, buffer.Memory.Read64(0));
        buffer.Memory.Write32(4, 0xCAFE);

        bench.Ram.TryReadEntry(bench.Reach(buffer.Iova, IommuAccess.Read)!.Value, out var seen);
        Assert.AreEqual(0xCAFE_0000_0000UL, seen);

        bench.Device.Dma.FreeCoherent(buffer);
        Assert.IsFalse(bench.Allows(buffer.Iova, IommuAccess.Read));
        Assert.AreEqual(0, bench.Sanitizer.Count);
    }

    [TestMethod]
    public void TryAllocCoherent_MoreThan4MiB_IsRefused()
    {
        using var bench = new DmaBench();
        Assert.IsFalse(bench.Device.Dma.TryAllocCoherent((4UL << 20) + 1, Gfp.Atomic, out var buffer));
        Assert.IsTrue(buffer.IsNull);
    }

    [TestMethod]
    public void TryMapSg_ScatteredPages_AreOneRunWithMergedSegments()
    {
        using var bench = new DmaBench();
        var list = new ScatterList(2);
        var pages = new[] { bench.AllocPages(0), bench.AllocPages(0), bench.AllocPages(0) };
        foreach (var page in pages)
            list.Add(page.Buffer);
        list.Add(bench.Kmalloc(100));

        Assert.IsTrue(bench.Device.Dma.TryMapSg<ToDevice>(list, out var loan));

        Assert.IsLessThanOrEqualTo(2, loan.Segments.Length);
        Assert.AreEqual(3UL * 4096, loan.Segments[0].LengthBytes == (3 * 4096) + 100 ? 3UL * 4096 : loan.Segments[0].LengthBytes);
        for (var index = 0; index < 3; index++)
            Assert.AreEqual(pages[index].First.Start, bench.Reach(loan.Segments[0].Start + ((ulong)index * 4096), IommuAccess.Read));

        var start = loan.Segments[0].Start;
        loan.Unmap();
        Assert.IsFalse(bench.Allows(start, IommuAccess.Read));
        Assert.AreEqual(0, loan.Segments.Length);
        Assert.AreEqual(0, bench.Sanitizer.Count);
    }

    [TestMethod]
    public void TryMapSg_SegmentLimits_AreKept()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.SetMaxSegmentBytes(8192);
        bench.Device.Dma.SetSegmentBoundaryBytes(16384);
        var list = new ScatterList();
        for (var index = 0; index < 9; index++)
            list.Add(bench.AllocPages(0).Buffer);

        Assert.IsTrue(bench.Device.Dma.TryMapSg<ToDevice>(list, out var loan));

        Assert.AreEqual(5, loan.Segments.Length);
        foreach (var segment in loan.Segments)
        {
            Assert.IsLessThanOrEqualTo(8192UL, segment.LengthBytes);
            Assert.AreEqual(segment.Start.Value / 16384, (segment.Start.Value + segment.LengthBytes - 1) / 16384);
        }
    }

    [TestMethod]
    public void TryMapSg_MappedList_IsRefusedUntilItIsUnmapped()
    {
        using var bench = new DmaBench();
        var list = new ScatterList();
        list.Add(bench.Kmalloc(4096));
        bench.Device.Dma.TryMapSg<ToDevice>(list, out var loan);
        Assert.ThrowsExactly<InvalidOperationException>(() => bench.Device.Dma.TryMapSg<ToDevice>(list, out _));
        Assert.ThrowsExactly<InvalidOperationException>(list.Clear);

        loan.Unmap();
        loan.Unmap();

        Assert.AreEqual(1, bench.Sanitizer.CountOf("DRV1003"));
        Assert.IsTrue(bench.Device.Dma.TryMapSg<ToDevice>(list, out _));
    }

    [TestMethod]
    [DataRow(DmaChecks.Off)]
    [DataRow(DmaChecks.Exact)]
    public void MapAndUnmap_OnceWarm_AllocateNothing(DmaChecks checks)
    {
        using var bench = new DmaBench(checks);
        var buffer = bench.Kmalloc(4096);
        var pages = bench.AllocPages(8).Buffer;
        var list = new ScatterList();
        list.Add(buffer);
        // Code that the JIT has not optimised yet boxes enums; how soon it does depends on the host's load.
        var allocated = long.MaxValue;
        for (var deadline = Environment.TickCount64 + 30_000; allocated != 0 && Environment.TickCount64 < deadline;)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            MapAll(500);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.AreEqual(0, allocated);
        Assert.AreEqual(0, bench.Sanitizer.Count);

        void MapAll(int times)
        {
            for (var turn = 0; turn < times; turn++)
            {
                bench.Device.Dma.TryMap<FromDevice>(buffer, out var one);
                bench.Device.Dma.TryMap<Bidirectional>(pages, out var many);
                bench.Device.Dma.TryMapSg<ToDevice>(list, out var sg);
                var raw = DmaRaw.MapSingle(bench.Device, buffer.Address, 64, DmaDirection.ToDevice);
                one.Unmap();
                many.Unmap();
                sg.Unmap();
                DmaRaw.UnmapSingle(bench.Device, raw, 64, DmaDirection.ToDevice);
            }
        }
    }

    [TestMethod]
    public void ManyLoans_FromManyThreads_AllEndAndLeaveNothing()
    {
        using var bench = new DmaBench();
        Parallel.For(0, 4, worker =>
        {
            var buffer = bench.Kmalloc(4096);
            var loans = new DmaLoan<FromDevice>[64];
            for (var round = 0; round < 50; round++)
            {
                for (var index = 0; index < loans.Length; index++)
                    Assert.IsTrue(bench.Device.Dma.TryMap(buffer, out loans[index]));
                Assert.AreEqual(loans.Length, loans.Select(loan => loan.Iova).Distinct().Count());
                foreach (var loan in loans)
                    loan.Unmap();
            }
        });
        Assert.AreEqual(0, bench.Sanitizer.Count);
        Assert.AreEqual(0, bench.Sanitizer.Debug!.LiveMappings(bench.Device).Count);
        Assert.AreEqual(bench.Iommu.Counters.MapCount, bench.Iommu.Counters.UnmapCount);
    }

    [TestMethod]
    public void Block_AttachedDevice_IsRefusedUntilUnblocked()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.TryMap<FromDevice>(bench.Kmalloc(4096), out var loan);
        Assert.IsTrue(bench.Allows(loan.Iova, IommuAccess.Write));

        bench.Iommu.Block(DmaBench.Source);
        Assert.IsFalse(bench.Allows(loan.Iova, IommuAccess.Write));

        Assert.AreEqual(Errno.Success, bench.Iommu.Unblock(DmaBench.Source));
        Assert.IsTrue(bench.Allows(loan.Iova, IommuAccess.Write));
    }

    [TestMethod]
    public void SetDefaultDomain_Identity_IfTheUnitCan_DeviceUsesPhysicalAddresses()
    {
        using var bench = new DmaBench();
        Assert.AreEqual(Errno.Success, bench.Iommu.SetDefaultDomain(DmaBench.Source, DefaultDomain.Identity));
        bench.Device.Dma.Mapper.Mask = DmaMask.Bits(64);
        var buffer = bench.Kmalloc(4096);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
        Assert.AreEqual(bench.PhysOf(buffer).Value, loan.Iova.Value);
        Assert.AreEqual(bench.PhysOf(buffer), bench.Reach(loan.Iova, IommuAccess.Write));

        using var cannot = new DmaBench(unit: new RemappingUnitOptions { PassThrough = false });
        Assert.AreEqual(Errno.Invalid, cannot.Iommu.SetDefaultDomain(DmaBench.Source, DefaultDomain.Identity));
    }
}
