using System.Numerics;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Pci;

/// <summary>A device model: derive from it, declare registers and interrupts in the constructor, move memory with <see cref="Dma"/>.</summary>
/// <remarks>
/// Register callbacks run on the thread of the CPU that made the access, several at once on several CPUs. Long work is posted to <see cref="Timeline"/>, and a device's
/// locks must not be held while it posts (the immediate policy runs the work at once). The device never sees the kernel: only its registers, memory and interrupts.
/// </remarks>
public abstract class PciEndpoint : PciFunction
{
    private readonly Bar?[] _bars = new Bar?[PciHeader.EndpointBarCount];
    private readonly LineInterrupt _line;
    private InterruptPin _pin;
    private MsiCapability? _msi;
    private MsixCapability? _msix;
    private int _vectorCount = 1;

    /// <summary>Makes a PCI Express endpoint that supports function-level reset and has no BARs or interrupts yet.</summary>
    /// <param name="identity">Who it says it is.</param>
    protected PciEndpoint(PciIdentity identity)
        : base(identity, PciHeader.TypeEndpoint)
    {
        Dma = new DmaPort(this);
        _line = new LineInterrupt(this);
        Config.Define(PciHeader.SubsystemVendorId, identity.SubsystemVendorId, AccessWidth.Word);
        Config.Define(PciHeader.SubsystemId, identity.SubsystemId, AccessWidth.Word);
        Capabilities.Add(new PciExpressCapability(this, PciExpressLayout.TypeEndpoint));
    }

    /// <summary>The way into memory.</summary>
    protected DmaPort Dma { get; }

    /// <summary>Time, and the place where work is posted.</summary>
    /// <exception cref="InvalidOperationException">The device is not part of a machine.</exception>
    protected IDeviceTimeline Timeline =>
        Root?.Timeline ?? throw new InvalidOperationException($"{GetType().Name} is not attached to a machine, so it has no time; attach it first.");

    /// <summary>How the device's interrupts leave it now, as its driver chose; the line unless messages are enabled.</summary>
    protected internal InterruptKind EnabledInterrupts => (_msix, _msi) switch
    {
        ({ IsEnabled: true }, _) => InterruptKind.Msix,
        (_, { IsEnabled: true }) => InterruptKind.Msi,
        _ => InterruptKind.Line,
    };

    /// <summary>Declares a BAR with registers behind it.</summary>
    /// <typeparam name="TDevice">The device's own type.</typeparam>
    /// <param name="index">BAR number, 0 to 5; a 64-bit BAR takes the next number too.</param>
    /// <param name="map">The registers of this device type.</param>
    /// <param name="kind">Which addresses it can take.</param>
    /// <param name="sizeBytes">A power of two that holds the map; 0 for the smallest that does, at least 4096.</param>
    /// <exception cref="ArgumentException">The slot is taken, the size does not fit, or the map is of another type.</exception>
    protected void DeclareBar<TDevice>(int index, RegisterMap<TDevice> map, BarKind kind = BarKind.Memory64, ulong sizeBytes = 0)
        where TDevice : PciEndpoint
    {
        ArgumentNullException.ThrowIfNull(map);
        if (this is not TDevice device)
            throw new ArgumentException($"The map is for {typeof(TDevice).Name}, but the device is {GetType().Name}; declare a map of its own type.", nameof(map));
        var smallest = Math.Max(4096, BitOperations.RoundUpToPowerOf2((uint)map.LengthBytes));
        if (sizeBytes != 0 && sizeBytes < (ulong)map.LengthBytes)
            throw new ArgumentException($"BAR {index} was given {sizeBytes} bytes, but its registers take {map.LengthBytes}; give at least {smallest}.", nameof(sizeBytes));
        DeclareBar(index, map.Bind(device), sizeBytes == 0 ? smallest : sizeBytes, kind);
    }

    /// <summary>Declares a BAR with anything behind it.</summary>
    /// <param name="index">BAR number, 0 to 5; a 64-bit BAR takes the next number too.</param>
    /// <param name="target">Who answers.</param>
    /// <param name="sizeBytes">A power of two, at least 16.</param>
    /// <param name="kind">Which addresses it can take.</param>
    /// <exception cref="ArgumentException">The slot is taken or the size is not a power of two.</exception>
    protected void DeclareBar(int index, IMmioTarget target, ulong sizeBytes, BarKind kind = BarKind.Memory64)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!BitOperations.IsPow2(sizeBytes) || sizeBytes < PciBarBits.MinMemoryBytes)
            throw new ArgumentException($"BAR {index} was given {sizeBytes} bytes; give a power of two of at least {PciBarBits.MinMemoryBytes}.", nameof(sizeBytes));
        var slots = kind == BarKind.Memory32 ? 1 : 2;
        if (index < 0 || index + slots > _bars.Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"A {kind} BAR takes {slots} of the slots 0 to 5; give an index of at most {_bars.Length - slots}.");
        foreach (var other in _bars)
        {
            if (other is not null && index < other.Index + other.SlotCount && other.Index < index + slots)
                throw new ArgumentException($"BAR {index} ({kind}) overlaps BAR {other.Index} ({other.Kind}); choose another index.", nameof(index));
        }

        if (kind == BarKind.Memory32 && sizeBytes > 1UL << 31)
            throw new ArgumentException($"BAR {index} asks for {sizeBytes} bytes below 4 GiB; a Memory32 BAR has at most 2 GiB.", nameof(sizeBytes));
        _bars[index] = new Bar(Config, index, target, sizeBytes, kind);
    }

    /// <summary>Gives the device an INTx line.</summary>
    /// <param name="pin">Which one; a device with one function uses INTA.</param>
    protected void AddLineInterrupt(InterruptPin pin = InterruptPin.A)
    {
        if (pin is < InterruptPin.A or > InterruptPin.D)
            throw new ArgumentOutOfRangeException(nameof(pin), pin, "A line is one of A to D.");
        _pin = pin;
        Config.Define(PciHeader.InterruptPin, (uint)pin, AccessWidth.Byte);
    }

    /// <summary>Gives the device MSI with 64-bit addresses.</summary>
    /// <param name="vectorCount">1, 2, 4, 8, 16 or 32.</param>
    /// <param name="masking">Whether vectors can be masked.</param>
    protected void AddMsi(int vectorCount = 1, MsiMasking masking = MsiMasking.PerVector)
    {
        if (vectorCount is < 1 or > MsiLayout.MaxVectors || !BitOperations.IsPow2(vectorCount))
            throw new ArgumentOutOfRangeException(nameof(vectorCount), vectorCount, "MSI has 1, 2, 4, 8, 16 or 32 vectors.");
        RequireFirst(_msi, "MSI");
        _msi = new MsiCapability(this, Dma, vectorCount, masking);
        Capabilities.Add(_msi);
        _vectorCount = Math.Max(_vectorCount, vectorCount);
    }

    /// <summary>Gives the device MSI-X, with table and pending bits in a 32-bit BAR of their own.</summary>
    /// <param name="vectorCount">1 to 2048.</param>
    /// <param name="barIndex">The BAR's number.</param>
    protected void AddMsix(int vectorCount, int barIndex = 4)
    {
        if (vectorCount is < 1 or > MsixLayout.MaxVectors)
            throw new ArgumentOutOfRangeException(nameof(vectorCount), vectorCount, $"MSI-X has 1 to {MsixLayout.MaxVectors} vectors.");
        RequireFirst(_msix, "MSI-X");
        var table = new MsixTable(Dma, vectorCount);
        DeclareBar(barIndex, table, table.BarBytes, BarKind.Memory32);
        _msix = new MsixCapability(this, table, barIndex);
        Capabilities.Add(_msix);
        _vectorCount = Math.Max(_vectorCount, vectorCount);
    }

    /// <summary>Interrupts a CPU, by whichever kind the driver enabled. A masked vector stays pending; a line stays asserted until <see cref="LowerLine"/>.</summary>
    /// <remarks>Any thread may call, also from inside a transfer. Without bus mastering a message is lost, as on hardware.</remarks>
    /// <param name="vector">The device's vector, 0 up to its largest vector count; with MSI, vectors that software did not grant share those it did; a line has no vectors.</param>
    protected void SendInterrupt(int vector = 0)
    {
        if ((uint)vector >= (uint)_vectorCount)
            throw new ArgumentOutOfRangeException(nameof(vector), vector, $"{GetType().Name} has vectors 0 to {_vectorCount - 1}; declare more with AddMsi or AddMsix.");
        switch (EnabledInterrupts)
        {
            case InterruptKind.Msix:
                _msix!.Send(vector);
                break;
            case InterruptKind.Msi:
                _msi!.Send(vector);
                break;
            default:
                RaiseLine();
                break;
        }
    }

    /// <summary>Asserts the INTx line; it reaches the CPU unless the driver disabled it or enabled messages.</summary>
    protected void RaiseLine()
    {
        if (_pin != InterruptPin.None)
            _line.Want(LineLevel.High);
    }

    /// <summary>Takes the INTx line back, once the driver has cleared the reason.</summary>
    protected void LowerLine() => _line.Want(LineLevel.Low);

    /// <summary>Brings the device's own state to what it is after power-on: asked for by function-level reset or a reset of the bus. The line is low already.</summary>
    /// <remarks>Runs on the thread of the CPU that asked. Work in progress must end without touching memory again.</remarks>
    protected abstract void Reset();

    /// <inheritdoc/>
    internal override void ResetFunction()
    {
        // First, or the cleared interrupt-disable bit would let a silenced line out for a moment.
        _line.Want(LineLevel.Low);
        base.ResetFunction();
        Reset();
    }

    /// <inheritdoc/>
    internal override void CollectRegions(List<MmioRegion> regions)
    {
        if ((Command & PciCommand.MemorySpace) == 0)
            return;
        foreach (var bar in _bars)
            bar?.CollectRegion(regions);
    }

    /// <inheritdoc/>
    internal override void OnAttached(RootComplex root)
    {
        Dma.Connect(root);
        if (_pin == InterruptPin.None)
            return;
        var pin = root.RouteLine(this, _pin);
        Config.Define(PciHeader.InterruptLine, (uint)pin, AccessWidth.Byte);
        _line.Connect(root.IoApic, pin);
    }

    /// <inheritdoc/>
    internal override void OnDetached()
    {
        _line.Disconnect();
        Dma.Disconnect();
    }

    /// <summary>The driver enabled or disabled messages, so the line may fall silent or speak.</summary>
    internal void OnInterruptKindChanged() => _line.Update();

    private protected override void OnHeaderWritten(int offset)
    {
        base.OnHeaderWritten(offset);
        _line.Update();
    }

    private static void RequireFirst(Capability? existing, string what)
    {
        if (existing is not null)
            throw new InvalidOperationException($"{what} was added twice; add it once, with all vectors.");
    }
}
