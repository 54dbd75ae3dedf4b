using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>A driver's interrupt handler; the parameter it is passed to says in which context it runs.</summary>
/// <param name="irq">The interrupt.</param>
/// <returns>What it found.</returns>
[AnyContext]
public delegate IrqReturn IrqHandler(IrqNumber irq);
