using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Devices.Tests;

/// <summary>RAM, a bus, and one function at 00:03.0 with BAR 0 placed: a machine without a kernel, whose time a test moves.</summary>
internal sealed class DeviceBoard : IInterruptSink, IDisposable
{
    public const ulong Registers = 0xc000_0000;
    public const byte MessageVector = 0x41;
    public const byte LineVector = 0x30;

    private const ulong IoApicStart = 0xfec0_0000;

    private readonly SystemBus _bus = new();
    private readonly RootComplex _root;
    private readonly List<byte> _vectors = [];

    public DeviceBoard(PciEndpoint device, Func<PhysicalMemory, IDmaRemapper>? remapper = null)
    {
        var router = new InterruptRouter(this, cpuCount: 1);
        var ioApic = new IoApic(router);
        _bus.Map(new AddressRange<PhysAddr>(new PhysAddr(IoApicStart), 4096), ioApic);
        _root = new RootComplex(new RootComplexParts
        {
            Memory = Memory,
            SystemBus = _bus,
            IoApic = ioApic,
            Router = router,
            Timeline = Timeline,
            Remapper = remapper?.Invoke(Memory),
            ConfigWindow = new AddressRange<PhysAddr>(new PhysAddr(0xb000_0000), 256 << 20),
        });
        _root.Attach(device, Place);
        WriteConfig(PciHeader.Bar0, (uint)Registers);
        WriteConfig(PciHeader.Command, (uint)(PciCommand.MemorySpace | PciCommand.BusMaster));
    }

    public static Bdf Place => new(0, 3, 0);

    public PhysicalMemory Memory { get; } = new(new MemoryLayout(64 << 20));

    public ClockedTimeline Timeline { get; } = new();

    public void Dispose() => Memory.Dispose();

    public void Raise(uint apicId, byte vector) => _vectors.Add(vector);

    /// <summary>Vectors latched since the last look, in order.</summary>
    public byte[] TakeVectors()
    {
        var vectors = _vectors.ToArray();
        _vectors.Clear();
        return vectors;
    }

    public ulong Read(ulong offset, AccessWidth width = AccessWidth.DoubleWord) => _bus.ReadMmio(new PhysAddr(Registers + offset), width);

    public void Write(ulong offset, ulong value, AccessWidth width = AccessWidth.DoubleWord) => _bus.WriteMmio(new PhysAddr(Registers + offset), value, width);

    public byte[] ReadMemory(ulong address, int lengthBytes)
    {
        var bytes = new byte[lengthBytes];
        Assert.IsTrue(Memory.TryRead(new PhysAddr(address), bytes));
        return bytes;
    }

    public void WriteMemory(ulong address, params byte[] bytes) => Assert.IsTrue(Memory.TryWrite(new PhysAddr(address), bytes));

    public uint ReadConfig(int offset) => _root.ReadConfig(Place, offset, AccessWidth.DoubleWord);

    public void WriteConfig(int offset, uint value) => _root.WriteConfig(Place, offset, value, AccessWidth.DoubleWord);

    /// <summary>Enables MSI: the function's vector is written to <paramref name="address"/>, or interrupts as <see cref="MessageVector"/>.</summary>
    public void EnableMsi(ulong address = 0xfee0_0000)
    {
        var capability = FindCapability(PciCapabilityId.Msi);
        WriteConfig(capability + 4, (uint)address);
        WriteConfig(capability + 8, (uint)(address >> 32));
        WriteConfig(capability + 12, MessageVector);
        WriteConfig(capability, 1 << 16);
    }

    /// <summary>Routes every I/O APIC pin as a level to <see cref="LineVector"/>.</summary>
    public void EnableLine()
    {
        for (var pin = 0; pin < 24; pin++)
        {
            WriteIoApic((uint)(0x11 + (pin * 2)), 0);
            WriteIoApic((uint)(0x10 + (pin * 2)), LineVector | (1 << 15) | (1 << 13));
        }
    }

    public void EndOfInterrupt() => _bus.WriteMmio(new PhysAddr(IoApicStart + 0x40), LineVector, AccessWidth.DoubleWord);

    public int FindCapability(PciCapabilityId id)
    {
        for (var offset = (int)(ReadConfig(PciHeader.CapabilityPointer) & 0xff); offset != 0; offset = (int)((ReadConfig(offset) >> 8) & 0xff))
        {
            if ((ReadConfig(offset) & 0xff) == (uint)id)
                return offset;
        }

        Assert.Fail($"The function has no capability {id}.");
        return 0;
    }

    /// <summary>Resets the function through its PCI Express capability.</summary>
    public void ResetFunction() => WriteConfig(FindCapability(PciCapabilityId.PciExpress) + 8, 1 << 15);

    /// <summary>Accesses of every width all over the BAR, drawn to favour the registers; a throw fails the test and names the seed.</summary>
    public void AccessAtRandom(int seed, int count, ulong barBytes, ReadOnlySpan<ulong> likely)
    {
        var random = new Random(seed);
        AccessWidth[] widths = [AccessWidth.Byte, AccessWidth.Word, AccessWidth.DoubleWord, AccessWidth.QuadWord];
        for (var i = 0; i < count; i++)
        {
            var width = widths[random.Next(4)];
            var offset = random.Next(4) == 0 ? (ulong)random.NextInt64((long)barBytes) : likely[random.Next(likely.Length)];
            offset &= ~((ulong)width - 1);
            var value = random.Next(3) switch { 0 => (ulong)random.NextInt64() * 2, 1 => (ulong)random.Next(1 << 16), _ => ulong.MaxValue << random.Next(64) };
            try
            {
                if (random.Next(3) == 0)
                    Read(offset, width);
                else
                    Write(offset, value, width);
                if (random.Next(16) == 0)
                    Timeline.Advance(50_000_000);
            }
            catch (Exception failure)
            {
                throw new AssertFailedException($"Access {i} (0x{offset:x}, {width}, 0x{value:x}) of seed {seed} threw.", failure);
            }
        }
    }

    private void WriteIoApic(uint index, uint value)
    {
        _bus.WriteMmio(new PhysAddr(IoApicStart), index, AccessWidth.DoubleWord);
        _bus.WriteMmio(new PhysAddr(IoApicStart + 0x10), value, AccessWidth.DoubleWord);
    }
}
