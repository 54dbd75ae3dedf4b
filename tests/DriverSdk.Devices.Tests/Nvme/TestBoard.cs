using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>RAM, a bus, and one controller at 00:03.0 with its BARs placed: a machine without a kernel.</summary>
internal sealed class TestBoard : IInterruptSink, IDisposable
{
    public const ulong Registers = 0x40_0000_0000;
    public const ulong MsixTable = 0xc000_0000;
    public const byte FirstVector = 0x40;
    public const byte LineVector = 0x30;

    private const ulong IoApicStart = 0xfec0_0000;
    private const ulong RamBytes = 64 << 20;

    private readonly SystemBus _bus = new();
    private readonly RootComplex _root;
    private readonly ConcurrentQueue<byte> _vectors = new();
    private ulong _free = 1 << 20;

    public TestBoard(INvmeBackend backend, NvmeControllerOptions? options = null)
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
            Remapper = Remapper,
            ConfigWindow = new AddressRange<PhysAddr>(new PhysAddr(0xb000_0000), 256 << 20),
        });
        Controller = new NvmeController(backend, options);
        _root.Attach(Controller, Place);
        PlaceBars();
    }

    public static Bdf Place => new(0, 3, 0);

    public PhysicalMemory Memory { get; } = new(new MemoryLayout(RamBytes));

    public TestTimeline Timeline { get; } = new();

    public TestRemapper Remapper { get; } = new();

    public NvmeController Controller { get; }

    /// <summary>Gives the function its addresses and lets it answer and master the bus.</summary>
    public void PlaceBars()
    {
        WriteConfig(PciHeader.Bar0, unchecked((uint)Registers));
        WriteConfig(PciHeader.Bar0 + 4, (uint)(Registers >> 32));
        WriteConfig(PciHeader.Bar0 + 16, (uint)MsixTable);
        WriteConfig(PciHeader.Command, (uint)(PciCommand.MemorySpace | PciCommand.BusMaster));
    }

    /// <summary>Vectors latched since the last look, in order.</summary>
    public byte[] TakeVectors()
    {
        var vectors = _vectors.ToArray();
        _vectors.Clear();
        return vectors;
    }

    public void Raise(uint apicId, byte vector) => _vectors.Enqueue(vector);

    /// <summary>The driver's page: what it allocates starts at one.</summary>
    public int PageBytes { get; set; } = 4096;

    /// <summary>Zeroed RAM nobody else uses.</summary>
    public ulong Allocate(int lengthBytes, int alignment = 0)
    {
        var grain = (ulong)(alignment == 0 ? PageBytes : alignment);
        _free = (_free + grain - 1) & ~(grain - 1);
        var start = _free;
        _free += (ulong)lengthBytes;
        Assert.IsLessThan(RamBytes, _free);
        return start;
    }

    public uint Read32(int register) => (uint)_bus.ReadMmio(new PhysAddr(Registers + (ulong)register), AccessWidth.DoubleWord);

    public ulong Read64(int register) => _bus.ReadMmio(new PhysAddr(Registers + (ulong)register), AccessWidth.QuadWord);

    public void Write32(int register, uint value) => _bus.WriteMmio(new PhysAddr(Registers + (ulong)register), value, AccessWidth.DoubleWord);

    public void Write64(int register, ulong value) => _bus.WriteMmio(new PhysAddr(Registers + (ulong)register), value, AccessWidth.QuadWord);

    public byte[] ReadMemory(ulong address, int lengthBytes)
    {
        var bytes = new byte[lengthBytes];
        Assert.IsTrue(Memory.TryRead(new PhysAddr(address), bytes));
        return bytes;
    }

    public void WriteMemory(ulong address, ReadOnlySpan<byte> bytes) => Assert.IsTrue(Memory.TryWrite(new PhysAddr(address), bytes));

    public T ReadMemory<T>(ulong address)
        where T : unmanaged
    {
        T value = default;
        Assert.IsTrue(Memory.TryRead(new PhysAddr(address), MemoryMarshal.AsBytes(new Span<T>(ref value))));
        return value;
    }

    public void WriteMemory<T>(ulong address, T value)
        where T : unmanaged => WriteMemory(address, MemoryMarshal.AsBytes(new Span<T>(ref value)));

    public uint ReadConfig(int offset) => _root.ReadConfig(Place, offset, AccessWidth.DoubleWord);

    public void WriteConfig(int offset, uint value) => _root.WriteConfig(Place, offset, value, AccessWidth.DoubleWord);

    /// <summary>Enables MSI-X: vector n of the device arrives as <see cref="FirstVector"/> + n.</summary>
    public void EnableMsix(int vectors)
    {
        for (var vector = 0; vector < vectors; vector++)
        {
            var entry = MsixTable + ((ulong)vector * 16);
            WriteDword(entry, 0xfee0_0000);
            WriteDword(entry + 4, 0);
            WriteDword(entry + 8, (uint)(FirstVector + vector));
            WriteDword(entry + 12, 0);
        }

        WriteConfig(FindCapability(PciCapabilityId.Msix), 0x8000_0000);
    }

    /// <summary>Enables MSI with as many vectors as asked for, a power of two.</summary>
    public void EnableMsi(int vectorsLog2)
    {
        var capability = FindCapability(PciCapabilityId.Msi);
        WriteConfig(capability + 4, 0xfee0_0000);
        WriteConfig(capability + 8, 0);
        WriteConfig(capability + 12, FirstVector);
        WriteConfig(capability, (uint)((vectorsLog2 << 4) | 1) << 16);
    }

    /// <summary>Routes every I/O APIC pin as a level to <see cref="LineVector"/>.</summary>
    public void EnableLine()
    {
        for (var pin = 0; pin < 24; pin++)
        {
            WriteIoApic((byte)(0x10 + (pin * 2) + 1), 0);
            WriteIoApic((byte)(0x10 + (pin * 2)), LineVector | (1 << 15) | (1 << 13));
        }
    }

    public void EndOfInterrupt() => WriteDword(IoApicStart + 0x40, LineVector);

    public void Dispose() => Memory.Dispose();

    private void WriteDword(ulong address, uint value) => _bus.WriteMmio(new PhysAddr(address), value, AccessWidth.DoubleWord);

    private void WriteIoApic(byte index, uint value)
    {
        WriteDword(IoApicStart, index);
        WriteDword(IoApicStart + 0x10, value);
    }

    private int FindCapability(PciCapabilityId id)
    {
        for (var offset = (int)(ReadConfig(PciHeader.CapabilityPointer) & 0xff); offset != 0; offset = (int)((ReadConfig(offset) >> 8) & 0xff))
        {
            if ((ReadConfig(offset) & 0xff) == (uint)id)
                return offset;
        }

        Assert.Fail($"The function has no capability {id}.");
        return 0;
    }
}
