using System.Buffers.Binary;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Hardware.Boards;

/// <summary>The hardware of one machine, wired: what firmware describes in <see cref="BootInformation"/> answers at those addresses.</summary>
/// <remarks>It knows no kernel: a recorded run can be replayed into a fresh board with none in the process.</remarks>
internal sealed class Board
{
    /// <summary>Wires a board without functions.</summary>
    /// <param name="memory">RAM.</param>
    /// <param name="boot">Where things lie.</param>
    /// <param name="units">Its remapping units; at most one includes all.</param>
    /// <param name="cpus">Where interrupts end.</param>
    /// <param name="timeline">Devices' time.</param>
    /// <exception cref="ArgumentException">A unit's options contradict each other, or a function is given to two units.</exception>
    public Board(PhysicalMemory memory, BootInformation boot, IReadOnlyList<BoardUnit> units, IInterruptSink cpus, IDeviceTimeline timeline)
    {
        Router = new InterruptRouter(cpus, boot.CpuCount);
        var bus = new SystemBus();
        var remappers = new List<RemappingUnit>();
        var scoped = new Dictionary<PciFunction, IDmaRemapper>();
        foreach (var unit in units)
        {
            var remapper = new RemappingUnit(memory, unit.Options, new UnitMessages(Router, memory));
            bus.Map(new AddressRange<PhysAddr>(unit.Registers, RegisterOffsets.PageBytes), remapper);
            remappers.Add(remapper);
            Unit = unit.IncludesAll ? remapper : Unit;
            foreach (var function in unit.Scope)
                scoped.Add(function, remapper);
        }

        IoApic = new IoApic(Router, boot.IoApicRequester, Unit);
        bus.Map(new AddressRange<PhysAddr>(boot.IoApicBase, IoApicLayout.WindowBytes), IoApic);
        Units = remappers;
        CpuBus = bus;
        CpuCaches = new CpuCaches([.. remappers.Select(remapper => remapper.TableMemory).OfType<TableMemory>()]);
        RootComplex = new RootComplex(new RootComplexParts
        {
            Memory = memory,
            SystemBus = bus,
            IoApic = IoApic,
            Router = Router,
            Timeline = timeline,
            Remapper = Unit,
            ScopedRemappers = scoped,
            ConfigWindow = boot.Ecam,
        });
    }

    /// <summary>The CPUs' way to registers.</summary>
    public ICpuBus CpuBus { get; }

    /// <summary>The CPUs' caches, as software steers them.</summary>
    public ICpuCaches CpuCaches { get; }

    /// <summary>The root of the PCI tree.</summary>
    public RootComplex RootComplex { get; }

    /// <summary>The remapping unit that includes all functions without a unit of their own, or null on a board without such a unit.</summary>
    public RemappingUnit? Unit { get; }

    /// <summary>Where lines end.</summary>
    public IoApic IoApic { get; }

    /// <summary>All remapping units, in the order they were given.</summary>
    public IReadOnlyList<RemappingUnit> Units { get; }

    /// <summary>Where messages end.</summary>
    public InterruptRouter Router { get; }

    // A message is a write: outside the interrupt range it lands in RAM, or nowhere.
    private sealed class UnitMessages(InterruptRouter router, PhysicalMemory memory) : IMessagePort
    {
        public void Send(PhysAddr address, uint data)
        {
            if (InterruptMessage.Window.Contains(address))
            {
                router.Deliver(new InterruptMessage(address, data));
                return;
            }

            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, data);
            memory.TryWrite(address, bytes);
        }
    }
}
