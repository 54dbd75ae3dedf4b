using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Memory;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

/// <summary>A unit that does not snoop the CPUs' caches, under a kernel that writes its tables back, and under one that forgets it.</summary>
[TestClass]
public sealed class NonCoherentIommuScenarios
{
    private static readonly Iova Place = new(0x4000_0000);
    private static readonly RemappingUnitOptions NonCoherent = new() { Coherency = TableCoherency.NonCoherent };

    [TestMethod]
    public void AUnitThatDoesNotSnoop_SeesWhatTheKernelMapsAndUnmaps_OnEveryMachine() => EveryMachine.Runs(builder => builder.WithIommu(NonCoherent), machine =>
    {
        machine.Run(() =>
        {
            for (var turn = 0; turn < 3; turn++)
            {
                var pages = machine.Memory.AllocPages(turn, Gfp.Kernel);
                machine.Device.Dma.TryMapPages<Bidirectional>(pages, out var loan);
                machine.DeviceWrites(loan.Iova, "landed"u8).ShouldLand();
                loan.Unmap();
                machine.DeviceWrites(loan.Iova, "refused"u8).ShouldFault(FaultReason.WriteDenied).At(loan.Iova);
                machine.Memory.FreePages(pages);
            }
        });
        machine.ShouldReportNothing();
    });

    [TestMethod]
    public void AMappingThatIsNotWrittenBack_IsNoMappingForTheDevice_AndTheReportNamesTheLine()
    {
        using var machine = TestMachine.WithIommu(NonCoherent);
        machine.Run(() =>
        {
            var (domain, pages) = (Domain(machine), machine.Memory.AllocPages(1, Gfp.Kernel));
            var (first, second) = (pages.First.Start, pages.First.Start + 4096);
            domain.Map(Place, first, 4096, IommuAccess.ReadWrite);
            machine.DeviceWrites(Place, "seen"u8).ShouldLand();
            var gather = default(IotlbGather);
            Careless(machine, domain).Map(Place + 4096, second, 4096, IommuAccess.ReadWrite, ref gather, out _);

            machine.DeviceWrites(Place + 4096, "unseen"u8).ShouldFault(FaultReason.WriteDenied).At(Place + 4096);
            machine.DeviceWrites(Place + 4096, "unseen"u8).ShouldFault(FaultReason.WriteDenied);

            var entry = LeafEntry(machine, domain, Place + 4096);
            Assert.AreEqual(
                $"""
                DRV5001 the IOMMU walks an entry that was changed and not written back, for device '0000:00:02.0'
                        line phys:0x{entry & ~63UL:x}  page table of level 0  entry phys:0x{entry:x}  the IOMMU saw 0x0  written 0x{second.Value | 3:x}
                        rule: analyzers/rules/DRV5001.md
                """, machine.ShouldReport("DRV5001").By("0000:00:02.0").Once().Violation.ToString());

            machine.Kernel.Caches.WriteBack(new PhysAddr(entry), 8);
            machine.DeviceWrites(Place + 4096, "seen"u8).ShouldLand();
            machine.ShouldReport("DRV5001").Once();
        });
    }

    [TestMethod]
    public void AnUnmapThatIsNotWrittenBack_LetsTheDeviceGoOnWriting_WhateverIsInvalidated()
    {
        using var machine = TestMachine.WithIommu(NonCoherent);
        machine.Run(() =>
        {
            var (domain, pages) = (Domain(machine), machine.Memory.AllocPages(0, Gfp.Kernel));
            domain.Map(Place, pages.First.Start, 4096, IommuAccess.ReadWrite);
            machine.DeviceWrites(Place, "first"u8).ShouldLand();
            var gather = default(IotlbGather);
            Careless(machine, domain).Unmap(Place, 4096, ref gather);
            domain.Flush(ref gather);

            machine.DeviceWrites(Place, "stale"u8).ShouldLand().ShouldMiss();

            var bytes = new byte[5];
            pages.Buffer.CopyTo(bytes);
            CollectionAssert.AreEqual("stale"u8.ToArray(), bytes);
            var report = machine.ShouldReport("DRV5001").Once().Violation;
            CollectionAssert.Contains(report.Facts.ToArray(), $"the IOMMU saw 0x{pages.First.Start.Value | 3:x}");
            CollectionAssert.Contains(report.Facts.ToArray(), "written 0x0");
        });
    }

    [TestMethod]
    public void TheSameUnmap_WrittenBack_EndsTheDevicesWriting()
    {
        using var machine = TestMachine.WithIommu(NonCoherent);
        machine.Run(() =>
        {
            var (domain, pages) = (Domain(machine), machine.Memory.AllocPages(0, Gfp.Kernel));
            domain.Map(Place, pages.First.Start, 4096, IommuAccess.ReadWrite);
            machine.DeviceWrites(Place, "first"u8).ShouldLand();
            domain.Unmap(Place, 4096);
            machine.DeviceWrites(Place, "never"u8).ShouldFault(FaultReason.WriteDenied);
        });
        machine.ShouldReportNothing();
    }

    private static IommuDomain Domain(TestMachine machine) => machine.Kernel.Iommu.DomainOf(TestMachine.ProbePlace)!;

    // The kernel's writer, told that every unit snoops: it writes the domain's tables and nothing back.
    private static PageTable<VtdSecondStageFormat> Careless(TestMachine machine, IommuDomain domain) => new(
        machine.Memory.Ram, new KernelTablePages(machine.Memory.Pages, machine.Kernel.CallSites), domain, machine.Kernel.Iommu.Unit!.TableLimits, domain.Levels, domain.Root);

    private static ulong LeafEntry(TestMachine machine, IommuDomain domain, Iova address)
    {
        var table = domain.Root.Value;
        for (var level = domain.Levels; ; level--)
        {
            var place = table + (((address.Value >> (3 + (9 * level))) & 511) * 8);
            if (level == 1)
                return place;
            Assert.IsTrue(machine.Memory.Ram.TryReadEntry(new PhysAddr(place), out var entry));
            table = entry & 0x000f_ffff_ffff_f000;
        }
    }
}
