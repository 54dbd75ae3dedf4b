using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>What stands between the I/O APIC and the CPUs: it may want the pin to name an entry of its table instead of a CPU. Linux: the parent domain of the I/O APIC's.</summary>
internal interface IInterruptRemapping
{
    /// <summary>Says what a pin has to be programmed with so that it becomes an irq.</summary>
    /// <param name="irq">The irq, until <see cref="Remove"/>.</param>
    /// <param name="target">Where it has to arrive.</param>
    /// <param name="entry">What the pin is programmed with.</param>
    /// <returns>False when the table is full.</returns>
    bool TryAddLine(IrqNumber irq, InterruptTarget target, out RedirectionEntry entry);

    /// <summary>Takes an irq's entry back; its source is silent.</summary>
    void Remove(IrqNumber irq);
}
