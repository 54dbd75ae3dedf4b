using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>Where an interrupt message must go to become a certain irq: what MSI address and data, or an I/O APIC pin, are programmed with.</summary>
/// <param name="ApicId">The local APIC's id.</param>
/// <param name="Vector">The vector, 0x30 to 0xef.</param>
[AnyContext]
public readonly record struct InterruptTarget(uint ApicId, byte Vector);
