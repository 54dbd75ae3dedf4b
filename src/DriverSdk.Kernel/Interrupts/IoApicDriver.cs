using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>Programs the I/O APIC: which pin interrupts which CPU, and the end of level-triggered interrupts. Linux: arch/x86/kernel/apic/io_apic.c.</summary>
/// <remarks>Functions that share a pin share its irq.</remarks>
internal sealed class IoApicDriver(ICpuBus bus, PhysAddr registers) : IIrqChip
{
    private readonly Lock _routing = new();
    private readonly IrqNumber[] _irqOfPin = new IrqNumber[IoApicLayout.PinCount];
    private readonly byte[] _vectorOfPin = new byte[IoApicLayout.PinCount];
    private readonly int[] _usersOfPin = new int[IoApicLayout.PinCount];
    private RawSpinlock _lock;

    /// <summary>What decides how a pin names its irq, or null where it names CPU and vector.</summary>
    public IInterruptRemapping? Remapping { get; set; }

    /// <summary>Lets a pin interrupt a CPU, level-triggered, as PCI lines are; a pin that does so already keeps its irq and gains a user.</summary>
    /// <param name="pin">0 to 23.</param>
    /// <param name="interrupts">Gives the irq.</param>
    /// <param name="cpu">The CPU to interrupt.</param>
    /// <param name="irq">The pin's irq.</param>
    /// <returns>False when the CPU has no vector left, or the table of interrupts no entry.</returns>
    public bool TryConnect(int pin, IrqController interrupts, Cpu cpu, out IrqNumber irq)
    {
        lock (_routing)
        {
            if (_usersOfPin[pin] == 0)
            {
                if (!interrupts.TryAllocateIrqs(cpu, 1, out irq))
                    return false;
                var target = interrupts.TargetOf(irq);
                var entry = RedirectionEntry.To((byte)target.ApicId, target.Vector, InterruptTrigger.Level);
                if (Remapping?.TryAddLine(irq, target, out entry) == false)
                {
                    interrupts.ReleaseIrqs(irq, 1);
                    return false;
                }

                _vectorOfPin[pin] = target.Vector;
                _irqOfPin[pin] = irq;
                interrupts.SetChip(irq, this);
                WriteEntry(pin, entry.Value);
            }

            _usersOfPin[pin]++;
            irq = _irqOfPin[pin];
            return true;
        }
    }

    /// <summary>Takes one user off the pin that interrupts as <paramref name="irq"/>; the last one silences it and gives the irq back.</summary>
    /// <returns>False when no pin has that irq.</returns>
    public bool TryDisconnect(IrqNumber irq, IrqController interrupts)
    {
        lock (_routing)
        {
            var pin = Array.IndexOf(_irqOfPin, irq);
            if (pin < 0)
                return false;
            if (--_usersOfPin[pin] != 0)
                return true;
            WriteEntry(pin, RedirectionEntry.AfterReset.Value);
            _irqOfPin[pin] = default;
            Remapping?.Remove(irq);
            interrupts.ReleaseIrqs(irq, 1);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Mask(IrqNumber irq) => Update(irq, entry => entry | RedirectionEntry.Masked);

    /// <inheritdoc/>
    public void Unmask(IrqNumber irq) => Update(irq, entry => entry & ~RedirectionEntry.Masked);

    /// <inheritdoc/>
    public void EndOfInterrupt(IrqNumber irq)
    {
        var pin = Array.IndexOf(_irqOfPin, irq);
        if (pin >= 0)
            bus.WriteMmio(registers + IoApicLayout.EndOfInterrupt, _vectorOfPin[pin], AccessWidth.DoubleWord);
    }

    private void Update(IrqNumber irq, Func<ulong, ulong> change)
    {
        var pin = Array.IndexOf(_irqOfPin, irq);
        if (pin < 0)
            return;
        var low = ReadIndexed(LowHalf(pin));
        WriteIndexed(LowHalf(pin), (uint)change(low));
    }

    // High half first: the low half holds the mask, so the pin opens only when the whole entry is right.
    private void WriteEntry(int pin, ulong entry)
    {
        WriteIndexed(LowHalf(pin), (uint)RedirectionEntry.AfterReset.Value);
        WriteIndexed((byte)(LowHalf(pin) + 1), (uint)(entry >> 32));
        WriteIndexed(LowHalf(pin), (uint)entry);
    }

    private static byte LowHalf(int pin) => (byte)(IoApicLayout.FirstRedirection + (2 * pin));

    private uint ReadIndexed(byte index)
    {
        _lock.Enter();
        bus.WriteMmio(registers + IoApicLayout.Index, index, AccessWidth.DoubleWord);
        var value = (uint)bus.ReadMmio(registers + IoApicLayout.Data, AccessWidth.DoubleWord);
        _lock.Exit();
        return value;
    }

    private void WriteIndexed(byte index, uint value)
    {
        _lock.Enter();
        bus.WriteMmio(registers + IoApicLayout.Index, index, AccessWidth.DoubleWord);
        bus.WriteMmio(registers + IoApicLayout.Data, value, AccessWidth.DoubleWord);
        _lock.Exit();
    }
}
