using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>The interrupt state before it was saved, to be restored in reverse order. Linux: the <c>flags</c> of <c>local_irq_save</c>.</summary>
/// <remarks>The default value means that interrupts were on.</remarks>
[AnyContext]
public readonly record struct IrqFlags
{
    internal IrqFlags(int state) => State = state;

    /// <summary>Whether interrupts were disabled already.</summary>
    public bool WereDisabled => State != 0;

    /// <summary>The interrupt bit of the saved state, or zero.</summary>
    internal int State { get; }
}
