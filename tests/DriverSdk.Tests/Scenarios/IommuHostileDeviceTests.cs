using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Pci;
using DriverSdk.Tests.Hardware.Iommu;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class IommuHostileDeviceTests
{
    private const int Accesses = 10_000_000;
    private const ulong WindowBytes = 8UL << 20;
    private const int RamBytes = 64 << 20;
    private static readonly Bdf Place = new(0, 3, 0);
    private static readonly PhysAddr Frames = new(0x200_0000);

    [TestMethod]
    public void AHostileDevice_ChangesOnlyBytesInGranulesMappedWritableForIt()
    {
        var seed = Random.Shared.Next();
        using var fixture = UnitFixture.Started(out var table);
        var device = Attach(fixture, table);
        var writable = MapRandomly(table, new Random(seed));
        var before = fixture.Memory.Span(default, RamBytes).ToArray();

        var done = Attack(device, (uint)seed);

        Assert.IsGreaterThan(Accesses / 10, done, $"seed {seed}: the device must have reached memory");
        Assert.IsGreaterThan(Accesses / 10, (int)fixture.Unit.CaptureStatistics().Faults, $"seed {seed}: and must have been refused");
        var after = fixture.Memory.Span(default, RamBytes);
        var changed = 0;
        for (var frame = 0; frame < RamBytes >> 12; frame++)
        {
            if (after.Slice(frame << 12, 4096).SequenceEqual(before.AsSpan(frame << 12, 4096)))
                continue;
            changed++;
            Assert.Contains(new Pfn((ulong)frame), writable, $"seed {seed}: bytes of {new Pfn((ulong)frame)} changed");
        }

        Assert.AreEqual(writable.Count, changed, $"seed {seed}: every writable granule was reached");
    }

    [TestMethod]
    public void ANeighbourInTheSameGranule_IsReachable_AndInTheNextGranuleIsNot()
    {
        using var fixture = UnitFixture.Started(out var table);
        var device = Attach(fixture, table);
        table.Map(0x1000, Frames);
        fixture.Memory.TryWrite(Frames + 0x800, "neighbour"u8);
        fixture.Memory.TryWrite(Frames + 0x1000, "stranger!"u8);

        Assert.AreEqual(DmaStatus.Success, device.Port.Write(new Iova(0x1800), "reachable"u8));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.Port.Write(new Iova(0x2000), "forbidden"u8));

        Assert.IsTrue(fixture.Memory.Span(Frames + 0x800, 9).SequenceEqual("reachable"u8));
        Assert.IsTrue(fixture.Memory.Span(Frames + 0x1000, 9).SequenceEqual("stranger!"u8));
        Assert.AreEqual(FaultReason.WriteDenied, fixture.Record(0).Reason);
    }

    [TestMethod]
    public void ATransferAcrossPages_LandsUpToTheFault()
    {
        using var fixture = UnitFixture.Started(out var table);
        var device = Attach(fixture, table);
        table.Map(0x1000, Frames);
        table.Map(0x2000, Frames + 0x5000);

        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.Port.Write(new Iova(0x1ff0), new byte[0x1020].Select(_ => (byte)0xaa).ToArray()));

        Assert.AreEqual(0xaa, fixture.Memory.Span(Frames, 0x1000)[0xfff]);
        Assert.AreEqual(0xaa, fixture.Memory.Span(Frames + 0x5000, 0x1000)[0xfff]);
        Assert.AreEqual(new Iova(0x3000), fixture.Record(0).Page);
    }

    private static HashSet<Pfn> MapRandomly(TestTable table, Random random)
    {
        var writable = new HashSet<Pfn>();
        var frames = Enumerable.Range(0, (int)(WindowBytes >> 12)).ToArray();
        random.Shuffle(frames);
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = Pfn.Containing(Frames) + (ulong)frames[i];
            var access = (IommuAccess)random.Next(4);
            if (access == IommuAccess.None)
                continue;
            table.Map((ulong)i << 12, frame.Start, access);
            if (access.HasFlag(IommuAccess.Write))
                writable.Add(frame);
        }

        return writable;
    }

    // Mostly inside the window, now and then anywhere; up to 64 bytes, so some cross a page.
    private static int Attack(HostileDevice device, uint seed)
    {
        Span<byte> scratch = stackalloc byte[64];
        Span<byte> poison = stackalloc byte[64];
        poison.Fill(0xee);
        var state = (ulong)seed | 1;
        var done = 0;
        for (var i = 0; i < Accesses; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            var iova = new Iova((state & 0xff) == 0 ? state : (state >> 8) % WindowBytes);
            var length = (int)(state >> 40 & 63) + 1;
            var status = (state >> 50 & 1) == 0 ? device.Port.Write(iova, poison[..length]) : device.Port.Read(iova, scratch[..length]);
            done += status == DmaStatus.Success ? 1 : 0;
        }

        return done;
    }

    private static HostileDevice Attach(UnitFixture fixture, TestTable table)
    {
        fixture.SetContext(Place, new ContextEntry { IsPresent = true, Domain = table.Domain, Levels = table.Levels, SecondStageTable = table.Top });
        var router = new InterruptRouter(new DeafCpus(), 1);
        var root = new RootComplex(new RootComplexParts
        {
            Memory = fixture.Memory,
            SystemBus = new SystemBus(),
            IoApic = new IoApic(router),
            Router = router,
            Timeline = new StoppedTimeline(),
            Remapper = fixture.Unit,
            ConfigWindow = new AddressRange<PhysAddr>(new PhysAddr(0xb000_0000), 256UL << 20),
        });
        var device = new HostileDevice();
        root.Attach(device, Place);
        root.WriteConfig(Place, 4, 4, AccessWidth.Word);
        return device;
    }

    private sealed class HostileDevice() : PciEndpoint(new PciIdentity(0x1234, 0x5678, default))
    {
        public DmaPort Port => Dma;

        protected override void Reset()
        {
        }
    }

    private sealed class DeafCpus : IInterruptSink
    {
        public void Raise(uint apicId, byte vector)
        {
        }
    }

    private sealed class StoppedTimeline : IDeviceTimeline
    {
        public long NowNanoseconds => 0;

        public void Post(IDeviceWork work)
        {
        }

        public void PostAfter(IDeviceWork work, long delayNanoseconds)
        {
        }
    }
}
