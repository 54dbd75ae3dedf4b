using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;

namespace DriverSdk.Tests.Kernel.Pci;

[TestClass]
public sealed class PciScanTests
{
    private static readonly BootInformation Boot = new() { CpuCount = 1 };

    [TestMethod]
    public void Scan_FindsFunctionsInBusOrder_AndLeavesBridgesOut()
    {
        var (outer, inner) = (new PciBridge(), new PciBridge());
        inner.Attach(new PciTestDevice(4), device: 7);
        outer.Attach(new PciTestDevice(3));
        outer.Attach(inner, device: 1);
        using var machine = Build(builder => builder
            .Attach(outer, new Bdf(0, 3, 0))
            .Attach(new PciTestDevice(1), new Bdf(0, 1, 0))
            .Attach(new PciTestDevice(2), new Bdf(0, 1, 5))
            .Attach(new PciTestDevice(5), new Bdf(0, 31, 0)));

        CollectionAssert.AreEqual(
            new[] { "0000:00:00.0", "0000:00:01.0", "0000:00:01.5", "0000:01:00.0", "0000:02:07.0", "0000:00:1f.0" },
            machine.Kernel.Pci.Devices.Select(device => device.Name).ToArray());
        CollectionAssert.AreEqual(new ushort[] { 1, 2, 3, 4, 5 }, machine.Kernel.Attached().Select(device => device.DeviceId).ToArray());
    }

    [TestMethod]
    public void Assign_EveryKindOfBar_IsAlignedInItsWindowAndOverlapsNothing()
    {
        var device = new PciTestDevice().Bar(0, 1 << 16, BarKind.Memory32).Bar(1, 4096, BarKind.Memory64).Bar(3, 1UL << 33, BarKind.Memory64Prefetchable).Bar(5, 16, BarKind.Memory32);
        using var machine = Build(builder => builder.Attach(device, new Bdf(0, 1, 0)));
        var pci = machine.Kernel.Attached().Single();
        var ranges = new[] { (0, 1UL << 16, Boot.Mmio32Window), (1, 4096UL, Boot.Mmio32Window), (3, 1UL << 33, Boot.Mmio64Window), (5, 16UL, Boot.Mmio32Window) }
            .Select(bar => (Range: RangeOf(pci, bar.Item1, bar.Item2), Window: bar.Item3)).ToArray();

        foreach (var (range, window) in ranges)
        {
            Assert.AreEqual(0ul, range.Start.Value & (range.LengthBytes - 1), $"{range} is aligned to its size");
            Assert.IsTrue(window.Contains(range), $"{range} lies in {window}");
            Assert.AreEqual(1, ranges.Count(other => other.Range.Contains(range.Start)), $"{range} is nobody else's");
        }
    }

    [TestMethod]
    public void Assign_BehindTwoLevelsOfBridges_OpensBothWindowsForBothKinds()
    {
        var device = new PciTestDevice().Bar(0, 4096, BarKind.Memory64).Bar(2, 1 << 20, BarKind.Memory64Prefetchable).Bar(4, 1 << 16, BarKind.Memory32);
        var (outer, inner) = (new PciBridge(), new PciBridge());
        inner.Attach(device);
        outer.Attach(inner);
        var beside = new PciTestDevice(2).Bar(0, 4096, BarKind.Memory32);
        using var machine = Build(builder => builder.Attach(outer, new Bdf(0, 2, 0)).Attach(beside, new Bdf(0, 3, 0)));
        machine.Run(kernel =>
        {
            foreach (var pci in kernel.Attached())
                Assert.AreEqual(Errno.Success, pci.EnableDevice());
            var (hidden, plain) = (kernel.Attached()[0], kernel.Attached()[1]);
            foreach (var index in new[] { 0, 2, 4 })
            {
                Assert.IsTrue(hidden.TryMapBar(index, out var registers));
                registers.Write32(8, (uint)(0x100 + index));
                Assert.AreEqual((8ul, 0x100ul + (ulong)index), (device.LastOffset, device.LastValue), $"BAR {index}");
            }

            Assert.IsTrue(plain.TryMapBar(0, out var own));
            own.Write32(0, 7);
            Assert.AreEqual(7ul, beside.LastValue);
            Assert.AreEqual(0x104ul, device.LastValue, "the neighbour's write went nowhere else");
        });
    }

    [TestMethod]
    public void Assign_ABarThatFitsNoWindow_StaysUnassignedAndTheDeviceIsNotEnabled()
    {
        using var machine = Build(builder => builder.Attach(new PciTestDevice().Bar(0, 1UL << 40, BarKind.Memory64Prefetchable), new Bdf(0, 1, 0)));
        machine.Run(kernel =>
        {
            Assert.AreEqual(Errno.NoSpace, kernel.Attached()[0].EnableDevice());
            Assert.IsFalse(kernel.Attached()[0].TryMapBar(0, out _));
        });
    }

    [TestMethod]
    public void CapabilityWalk_AListThatRunsInACircle_Ends()
    {
        var bus = new CircularConfig();
        var config = new PciConfig(bus, Boot.Ecam, new Bdf(0, 1, 0));

        Assert.IsTrue(config.TryFindCapability(DriverSdk.Contract.Pci.PciCapabilityId.Msi, out var offset));
        Assert.AreEqual(0x50, offset);
        Assert.IsFalse(config.TryFindCapability(DriverSdk.Contract.Pci.PciCapabilityId.Msix, out _));
        Assert.IsLessThan(500, bus.ReadCount);
    }

    private static AddressRange<PhysAddr> RangeOf(PciDevice device, int bar, ulong lengthBytes)
    {
        var low = device.ReadConfig32(0x10 + (4 * bar));
        var high = (low & 6) == 4 ? device.ReadConfig32(0x14 + (4 * bar)) : 0;
        return new AddressRange<PhysAddr>(new PhysAddr(((ulong)high << 32) | (low & ~0xfu)), lengthBytes);
    }

    private static Machine Build(Action<MachineBuilder> parts)
    {
        var builder = new MachineBuilder().WithRam(32UL << 20).Deterministic(1);
        parts(builder);
        return builder.Build();
    }

    /// <summary>A configuration space whose two capabilities point at each other.</summary>
    private sealed class CircularConfig : ICpuBus
    {
        public int ReadCount { get; private set; }

        public ulong ReadMmio(PhysAddr address, AccessWidth width)
        {
            ReadCount++;
            return (address.Value & 0xfff) switch
            {
                0x06 => 0x10,
                0x34 or 0x51 => 0x40,
                0x40 => 0x10,
                0x41 => 0x50,
                0x50 => 0x05,
                _ => 0,
            };
        }

        public void WriteMmio(PhysAddr address, ulong value, AccessWidth width)
        {
        }

        public uint ReadPort(ushort port, AccessWidth width) => 0;

        public void WritePort(ushort port, uint value, AccessWidth width)
        {
        }
    }
}
