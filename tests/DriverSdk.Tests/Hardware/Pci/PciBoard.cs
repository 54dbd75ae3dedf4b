using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>A board without CPUs: RAM, bus, interrupts and a PCI tree, driven through the CPU's bus as a kernel would.</summary>
internal sealed class PciBoard : IDisposable
{
    public const ulong BarAddress = 0xc000_0000;

    private static readonly BootInformation Boot = new() { CpuCount = 4 };

    public PciBoard(IDmaRemapper? remapper = null, ulong ramBytes = MemoryLayout.MinRamBytes)
    {
        Memory = new PhysicalMemory(new MemoryLayout(ramBytes));
        Router = new InterruptRouter(Sink, Boot.CpuCount);
        IoApic = new IoApic(Router);
        Bus.Map(new AddressRange<PhysAddr>(Boot.IoApicBase, IoApicLayout.WindowBytes), IoApic);
        Root = new RootComplex(new RootComplexParts
        {
            Memory = Memory,
            SystemBus = Bus,
            IoApic = IoApic,
            Router = Router,
            Timeline = new ImmediateTimeline(),
            Remapper = remapper,
            ConfigWindow = Boot.Ecam,
        });
    }

    public PhysicalMemory Memory { get; }

    public SystemBus Bus { get; } = new();

    public RecordingSink Sink { get; } = new();

    public InterruptRouter Router { get; }

    public IoApic IoApic { get; }

    public RootComplex Root { get; }

    public void Dispose() => Memory.Dispose();

    public uint ReadConfig(Bdf function, int offset, AccessWidth width = AccessWidth.DoubleWord) =>
        (uint)Bus.ReadMmio(WindowAddress(function, offset), width);

    public void WriteConfig(Bdf function, int offset, uint value, AccessWidth width = AccessWidth.DoubleWord) =>
        Bus.WriteMmio(WindowAddress(function, offset), value, width);

    public uint ReadConfigByPort(Bdf function, int offset, AccessWidth width = AccessWidth.DoubleWord)
    {
        Bus.WritePort(0xcf8, 0x8000_0000 | ((uint)function.Value << 8) | ((uint)offset & 0xfc), AccessWidth.DoubleWord);
        return Bus.ReadPort((ushort)(0xcfc + (offset & 3)), width);
    }

    public void WriteConfigByPort(Bdf function, int offset, uint value, AccessWidth width = AccessWidth.DoubleWord)
    {
        Bus.WritePort(0xcf8, 0x8000_0000 | ((uint)function.Value << 8) | ((uint)offset & 0xfc), AccessWidth.DoubleWord);
        Bus.WritePort((ushort)(0xcfc + (offset & 3)), value, width);
    }

    public void Enable(Bdf function, PciCommand command) => WriteConfig(function, PciHeader.Command, (uint)command, AccessWidth.Word);

    public ulong Read(ulong address, AccessWidth width = AccessWidth.DoubleWord) => Bus.ReadMmio(new PhysAddr(address), width);

    public void Write(ulong address, ulong value, AccessWidth width = AccessWidth.DoubleWord) => Bus.WriteMmio(new PhysAddr(address), value, width);

    /// <summary>Walks the capability list; null when the function has no such capability.</summary>
    public int? FindCapability(Bdf function, PciCapabilityId id)
    {
        var offset = (int)ReadConfig(function, PciHeader.CapabilityPointer, AccessWidth.Byte);
        for (var hops = 0; offset != 0 && hops < 48; hops++)
        {
            var header = ReadConfig(function, offset, AccessWidth.Word);
            if ((byte)header == (byte)id)
                return offset;
            offset = (int)(header >> 8);
        }

        return null;
    }

    /// <summary>Attaches a bridge at 00:<paramref name="device"/>.0 and numbers the bus below.</summary>
    public PciBridge AttachBridge(int device, byte secondary, byte subordinate)
    {
        var bridge = new PciBridge();
        Root.Attach(bridge, new Bdf(0, device, 0));
        NumberBuses(new Bdf(0, device, 0), 0, secondary, subordinate);
        return bridge;
    }

    public void NumberBuses(Bdf bridge, byte primary, byte secondary, byte subordinate) =>
        WriteConfig(bridge, PciBridgeHeader.PrimaryBus, (uint)(primary | (secondary << 8) | (subordinate << 16)));

    /// <summary>Opens the memory window of a bridge, both ends inclusive and in whole megabytes.</summary>
    public void OpenWindow(Bdf bridge, ulong start, ulong last) =>
        WriteConfig(bridge, PciBridgeHeader.MemoryBase, (uint)(((start >> 16) & 0xfff0) | (last & 0xfff0_0000)));

    private static PhysAddr WindowAddress(Bdf function, int offset) => Boot.Ecam.Start + (((ulong)function.Value << 12) + (ulong)offset);
}
