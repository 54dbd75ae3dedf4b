using System.Runtime.CompilerServices;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Pci;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Pci;

public sealed partial class PciDevice
{
    private IrqNumber[] _irqs = [];

    /// <summary>How many interrupts the function was given; 0 before <see cref="AllocIrqVectors"/>.</summary>
    [AnyContext]
    public int IrqVectorCount => _irqs.Length;

    /// <summary>The irq number of one of the function's vectors, to request it. Linux: <c>pci_irq_vector()</c>.</summary>
    /// <param name="index">0 to <see cref="IrqVectorCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vector.</exception>
    [AnyContext]
    public IrqNumber IrqVector(int index) => (uint)index < (uint)_irqs.Length
        ? _irqs[index]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"{Name} has {_irqs.Length} interrupt vectors; allocate them first and count from 0.");

    /// <summary>Gives the function interrupts: MSI-X where it has it, otherwise one MSI, otherwise its line, which others may share. Linux: <c>pci_alloc_irq_vectors()</c>.</summary>
    /// <param name="least">At least so many, 1 up.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>
    /// EINVAL before <see cref="EnableDevice"/>: the MSI-X table lies behind a BAR, so what is written there would be lost; EBUSY when it has interrupts already; ENOSPC when
    /// the function, the CPUs or the unit's table of interrupts have fewer than <paramref name="least"/>.
    /// </returns>
    [MaySleep]
    public Errno AllocIrqVectors(int least, int most, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("PciDevice.AllocIrqVectors", file, line);
        ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        if (((PciCommand)_config.Read16(PciHeader.Command) & PciCommand.MemorySpace) == 0)
            return Errno.Invalid;
        if (_irqs.Length != 0)
            return Errno.Busy;
        if (_config.TryFindCapability(PciCapabilityId.Msix, out var msix) && TryEnableMsix(msix, least, most))
            return Errno.Success;
        if (least > 1)
            return Errno.NoSpace;
        if (_config.TryFindCapability(PciCapabilityId.Msi, out var msi) && TryEnableMsi(msi))
            return Errno.Success;
        return TryRouteLine() ? Errno.Success : Errno.NoSpace;
    }

    /// <summary>Takes the interrupts away again; their handlers must have been freed. Linux: <c>pci_free_irq_vectors()</c>.</summary>
    [MaySleep]
    public void FreeIrqVectors([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("PciDevice.FreeIrqVectors", file, line);
        if (_irqs.Length == 0)
            return;
        if (_config.TryFindCapability(PciCapabilityId.Msix, out var msix))
            _config.Write16(msix + MsixLayout.Control, 0);
        if (_config.TryFindCapability(PciCapabilityId.Msi, out var msi))
            _config.Write16(msi + MsiLayout.Control, 0);
        ReleaseVectors(_irqs);
        _irqs = [];
    }

    private bool TryEnableMsix(int capability, int least, int most)
    {
        var size = (_config.Read16(capability + MsixLayout.Control) & MsixLayout.SizeMask) + 1;
        var where = _config.Read32(capability + MsixLayout.Table);
        if (!TryMapBar((int)(where & MsixLayout.BarMask), out var table) || !TryTakeVectors(least, Math.Min(most, size), out var irqs))
            return false;
        // The whole function stays masked until every entry is written: no half-written entry sends.
        _config.Write16(capability + MsixLayout.Control, MsixLayout.Enable | MsixLayout.FunctionMask);
        for (var index = 0; index < irqs.Length; index++)
        {
            var entry = (ulong)((where & ~MsixLayout.BarMask) + (index * MsixLayout.EntryBytes));
            var message = MessageFor(irqs[index]);
            table.Write32(entry + MsixLayout.EntryAddressLow, (uint)message.Address.Value);
            table.Write32(entry + MsixLayout.EntryAddressHigh, (uint)(message.Address.Value >> 32));
            table.Write32(entry + MsixLayout.EntryData, message.Data);
            table.Write32(entry + MsixLayout.EntryControl, 0);
        }

        _config.Write16(capability + MsixLayout.Control, MsixLayout.Enable);
        _irqs = irqs;
        return true;
    }

    private bool TryEnableMsi(int capability)
    {
        if (!TryTakeVectors(1, 1, out var irqs))
            return false;
        var message = MessageFor(irqs[0]);
        _config.Write32(capability + MsiLayout.AddressLow, (uint)message.Address.Value);
        _config.Write32(capability + MsiLayout.AddressHigh, (uint)(message.Address.Value >> 32));
        _config.Write16(capability + MsiLayout.Data, (ushort)message.Data);
        _config.Write16(capability + MsiLayout.Control, MsiLayout.Enable);
        _irqs = irqs;
        return true;
    }

    private bool TryRouteLine()
    {
        // The line register is a note that any driver may overwrite, and all ones means unconnected.
        var pin = _config.Read8(PciHeader.InterruptLine);
        if (_config.Read8(PciHeader.InterruptPin) == 0 || pin >= IoApicLayout.PinCount
            || !Kernel.IoApic.TryConnect(pin, Kernel.Interrupts, Kernel.Scheduler.Cpus[0], out var irq))
            return false;
        _irqs = [irq];
        return true;
    }

    // Spread over the CPUs, as managed affinity does for queues: vector n interrupts CPU n.
    private bool TryTakeVectors(int least, int most, out IrqNumber[] irqs)
    {
        var cpus = Kernel.Scheduler.Cpus;
        var taken = new List<IrqNumber>();
        while (taken.Count < most && TryTakeVector(cpus[taken.Count % cpus.Count], out var irq))
            taken.Add(irq);
        irqs = [.. taken];
        if (irqs.Length >= least)
            return true;
        ReleaseVectors(irqs);
        return false;
    }

    private bool TryTakeVector(Cpu cpu, out IrqNumber irq)
    {
        if (!Kernel.Interrupts.TryAllocateIrqs(cpu, 1, out irq))
            return false;
        if (Kernel.Iommu.TryAddInterrupt(irq, Kernel.Interrupts.TargetOf(irq), Location))
            return true;
        Kernel.Interrupts.ReleaseIrqs(irq, 1);
        return false;
    }

    private void ReleaseVectors(IrqNumber[] irqs)
    {
        foreach (var irq in irqs)
        {
            if (Kernel.IoApic.TryDisconnect(irq, Kernel.Interrupts))
                continue;
            Kernel.Iommu.Interrupts.Remove(irq);
            Kernel.Interrupts.ReleaseIrqs(irq, 1);
        }
    }

    private InterruptMessage MessageFor(IrqNumber irq) => Kernel.Iommu.Interrupts.MessageFor(irq, Kernel.Interrupts.TargetOf(irq));
}
