namespace DriverSdk.Kernel.Interrupts;

/// <summary>The interrupt hardware behind an irq where the kernel must program it: an I/O APIC pin. Message-signalled interrupts need none.</summary>
internal interface IIrqChip
{
    /// <summary>Holds the interrupt back at its source. Called with interrupts off.</summary>
    void Mask(IrqNumber irq);

    /// <summary>Lets it through again.</summary>
    void Unmask(IrqNumber irq);

    /// <summary>The handlers have run; a level-triggered input is sampled again.</summary>
    void EndOfInterrupt(IrqNumber irq);
}
