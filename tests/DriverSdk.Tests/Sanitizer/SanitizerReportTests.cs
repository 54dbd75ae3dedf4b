using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Sanitizer;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Sanitizer;

/// <summary>The full text of each report, and beside each bug its correct twin, about which the sanitizer says nothing.</summary>
[TestClass]
public sealed class SanitizerReportTests
{
    private const string Nic = "/home/me/Nic.cs";

    [TestMethod]
    public void DRV1001_DriverIsUnboundWithMappings_NamesTheFirstAndCountsTheRest()
    {
        using var bench = new DmaBench();
        var buffer = bench.Memory.Kmalloc(64, Gfp.Atomic, Nic, 10);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var first, Nic, 11);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var second, Nic, 12);
        second.Unmap();
        bench.Device.Dma.TryMap<FromDevice>(buffer, out _, Nic, 12);

        bench.Device.Dma.DriverUnbound();

        // The second mapping got the lower IOVA, and reports begin there.
        Assert.AreEqual(
            $"""
            DRV1001 driver 'nic' of device '0000:00:03.0' is unbound and leaves 2 mappings behind
                    {second.Iova}  mapped 64 bytes FromDevice  memory {bench.PhysOf(buffer)} 64 bytes  and 1 more mapping
                    mapped at Nic.cs:12  allocated at Nic.cs:10
                    rule: analyzers/rules/DRV1001.md
            """, Only(bench));
        Assert.AreNotEqual(first.Iova, second.Iova);
    }

    [TestMethod]
    public void DRV1002_KmallocObjectFreedWhileMapped_IsReportedThoughItsPageStaysInUse()
    {
        using var bench = new DmaBench();
        var neighbour = bench.Memory.Kmalloc(64, Gfp.Atomic, Nic, 19);
        var buffer = bench.Memory.Kmalloc(64, Gfp.Atomic, Nic, 20);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var loan, Nic, 21);
        bench.Memory.Kfree(neighbour, Nic, 22);
        Assert.AreEqual(0, bench.Sanitizer.Count, "a neighbour that no mapping holds may be freed");

        bench.Memory.Kfree(buffer, Nic, 23);

        Assert.AreEqual(
            $"""
            DRV1002 driver 'nic' of device '0000:00:03.0' frees memory that the device can still reach
                    {loan.Iova}  mapped 64 bytes FromDevice  freed kmalloc object {new PhysAddr(bench.Reach(loan.Iova, IommuAccess.Write)!.Value.Value)} 64 bytes
                    mapped at Nic.cs:21  allocated at Nic.cs:20  freed at Nic.cs:23
                    rule: analyzers/rules/DRV1002.md
            """, Only(bench));
    }

    [TestMethod]
    public void DRV1002_PagesFreedWhileMapped_AreReportedOnce()
    {
        using var bench = new DmaBench();
        var pages = bench.Memory.AllocPages(1, Gfp.Atomic, Nic, 30);
        bench.Device.Dma.TryMapPages<ToDevice>(pages, out var loan, Nic, 31);

        bench.Memory.FreePages(pages, Nic, 32);

        Assert.AreEqual(
            $"""
            DRV1002 driver 'nic' of device '0000:00:03.0' frees memory that the device can still reach
                    {loan.Iova}  mapped 8192 bytes ToDevice  freed pages {pages.First.Start} 8192 bytes
                    mapped at Nic.cs:31  allocated at Nic.cs:30  freed at Nic.cs:32
                    rule: analyzers/rules/DRV1002.md
            """, Only(bench));
    }

    [TestMethod]
    public void DRV1002_PolicyThrow_StopsTheDriverBeforeTheMemoryIsFree()
    {
        using var bench = new DmaBench(policy: ViolationPolicy.Throw);
        var pages = bench.Memory.AllocPages(0, Gfp.Atomic);
        bench.Device.Dma.TryMapPages<ToDevice>(pages, out var loan);

        var exception = Assert.ThrowsExactly<ViolationException>(() => bench.Memory.FreePages(pages));

        Assert.AreEqual("DRV1002", exception.Violation.RuleId);
        loan.Unmap();
        bench.Memory.FreePages(pages);
        Assert.AreEqual(1, bench.Sanitizer.Count);
    }

    [TestMethod]
    public void DRV1003_UnmapTwice_NamesTheSecondCall()
    {
        using var bench = new DmaBench();
        var handle = DmaRaw.MapSingle(bench.Device, bench.Kmalloc(100).Address, 100, DmaDirection.ToDevice, Nic, 40);
        DmaRaw.UnmapSingle(bench.Device, handle, 100, DmaDirection.ToDevice, Nic, 41);
        Assert.AreEqual(0, bench.Sanitizer.Count);

        DmaRaw.UnmapSingle(bench.Device, handle, 100, DmaDirection.ToDevice, Nic, 42);

        Assert.AreEqual(
            $"""
            DRV1003 driver 'nic' of device '0000:00:03.0' unmaps what is not mapped
                    {handle}  unmapped 100 bytes
                    unmapped at Nic.cs:42
                    rule: analyzers/rules/DRV1003.md
            """, Only(bench));
    }

    [TestMethod]
    public void DRV1003_StaleLoan_NamesTheLoan()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.TryMap<ToDevice>(bench.Kmalloc(100), out var loan, Nic, 45);
        loan.Unmap(Nic, 46);

        loan.Unmap(Nic, 47);

        Assert.AreEqual(
            $"""
            DRV1003 driver 'nic' of device '0000:00:03.0' unmaps a loan again through a stale copy
                    {loan.Iova}
                    unmapped at Nic.cs:47
                    rule: analyzers/rules/DRV1003.md
            """, Only(bench));
    }

    [TestMethod]
    public void DRV1004_FreedPageIsMapped_NamesWhoFreedIt()
    {
        using var bench = new DmaBench();
        var pages = bench.Memory.AllocPages(0, Gfp.Atomic, Nic, 50);
        bench.Memory.FreePages(pages, Nic, 51);

        var handle = DmaRaw.MapPage(bench.Device, pages.First, 16, 64, DmaDirection.FromDevice, Nic, 52);

        Assert.AreEqual(
            $"""
            DRV1004 driver 'nic' of device '0000:00:03.0' maps a page that is not allocated
                    {handle}  mapped 64 bytes FromDevice  free page {pages.First.Start} 4096 bytes
                    mapped at Nic.cs:52  allocated at Nic.cs:50  freed at Nic.cs:51
                    rule: analyzers/rules/DRV1004.md
            """, Only(bench));
    }

    [TestMethod]
    public void DRV1005_FreedBetweenUnmapAndInvalidation_IsAFindingOfItsOwn()
    {
        using var bench = new DmaBench();
        var pages = bench.Memory.AllocPages(0, Gfp.Atomic, Nic, 60);
        bench.Device.Dma.TryMapPages<FromDevice>(pages, out var loan, Nic, 61);
        var debug = bench.Sanitizer.Debug!;
        var unmapped = debug.OnUnmapping(bench.Device, loan.Iova, 4096, bench.CallSites.Intern(Nic, 62));

        bench.Memory.FreePages(pages, Nic, 63);
        debug.OnDrained(unmapped);

        Assert.AreEqual(
            $"""
            DRV1005 driver 'nic' of device '0000:00:03.0' frees memory before the IOMMU has forgotten its mapping
                    {loan.Iova}  mapped 4096 bytes FromDevice  freed pages {pages.First.Start} 4096 bytes
                    mapped at Nic.cs:61  unmapped at Nic.cs:62  allocated at Nic.cs:60  freed at Nic.cs:63
                    rule: analyzers/rules/DRV1005.md
            """, Only(bench));
    }

    [TestMethod]
    public void DRV1006_UnmapWithAnotherLength_NamesBoth()
    {
        using var bench = new DmaBench();
        var buffer = bench.Kmalloc(8192);
        var handle = DmaRaw.MapSingle(bench.Device, buffer.Address, 8192, DmaDirection.FromDevice, Nic, 70);

        DmaRaw.UnmapSingle(bench.Device, handle, 4096, DmaDirection.FromDevice, Nic, 71);

        Assert.AreEqual(
            $"""
            DRV1006 driver 'nic' of device '0000:00:03.0' unmaps with another length than it mapped with
                    {handle}  mapped 8192 bytes FromDevice  unmapped 4096 bytes  memory {bench.PhysOf(buffer)} 8192 bytes
                    mapped at Nic.cs:70  unmapped at Nic.cs:71
                    rule: analyzers/rules/DRV1006.md
            """, Only(bench));
    }

    [TestMethod]
    public void DRV4001_StaticKeySwitchedUnderALock_NamesCallAndLock()
    {
        using var bench = new DmaBench();
        var sleep = new AtomicSleep
        {
            Kind = SleepingCallKind.StaticKeySwitch,
            What = "StaticKey.Enable('sva')",
            TaskName = "bind",
            CpuIndex = 1,
            PreemptCount = 1,
            IrqsDisabled = true,
            Context = KernelContexts.Task,
            HeldLocks = [new HeldLock("mms", Nic, 80)],
            AtomicSinceFile = Nic,
            AtomicSinceLine = 80,
            File = Nic,
            Line = 82,
        };

        ((IKernelObserver)bench.Sanitizer).SleptInAtomic(sleep);
        ((IKernelObserver)bench.Sanitizer).SleptInAtomic(sleep with { Kind = SleepingCallKind.Mutex, What = "KernelMutex.Lock('state')" });

        Assert.AreEqual(
            """
            DRV4001 task 'bind' switches a static key in atomic context: StaticKey.Enable('sva')
                    Task context on CPU 1  preempt count 1  interrupts off  holds 'mms' taken at Nic.cs:80
                    called at Nic.cs:82  atomic since Nic.cs:80
                    rule: analyzers/rules/DRV4001.md
            """, bench.Sanitizer.Violations[0].ToString());
        Assert.AreEqual("DRV4002 task 'bind' makes a call that may sleep in atomic context: KernelMutex.Lock('state')", bench.Sanitizer.Violations[1].ToString().Split('\n')[0]);
    }

    [TestMethod]
    public void SuppressRule_OnTheMethodThatFrees_KeepsTheRunSilent()
    {
        using var bench = new DmaBench();
        var buffer = bench.Kmalloc(64);
        bench.Device.Dma.TryMap<FromDevice>(buffer, out _);
        FreeOnPurpose(bench, buffer);
        Assert.AreEqual(0, bench.Sanitizer.Count);
    }

    [TestMethod]
    public void PolicyReport_Finding_IsWrittenToTheOutput()
    {
        using var bench = new DmaBench(DmaChecks.Off);
        var output = new StringWriter();
        var sanitizer = new DriverSdk.Sanitizer.Sanitizer(bench.Memory, bench.CallSites, new SanitizerOptions { Output = output, MaxKept = 1 });
        sanitizer.Debug!.OnStaleUnmap(bench.Device, new Iova(0x1000), default);
        sanitizer.Debug!.OnStaleUnmap(bench.Device, new Iova(0x2000), default);
        StringAssert.Contains(output.ToString(), "iova:0x2000");
        Assert.AreEqual(1, sanitizer.Violations.Count);
        Assert.AreEqual(2, sanitizer.CountOf("drv1003"));
        sanitizer.Clear();
        Assert.AreEqual(0, sanitizer.Count);
        Assert.ThrowsExactly<ArgumentException>(() => sanitizer.CountOf("DRV9999"));
    }

    [SuppressRule("DRV1002", Justification = "Shows that the run honours it.")]
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void FreeOnPurpose(DmaBench bench, KernelBuffer buffer) => bench.Memory.Kfree(buffer);

    private static string Only(DmaBench bench) => bench.Sanitizer.Violations.Single().ToString();
}
