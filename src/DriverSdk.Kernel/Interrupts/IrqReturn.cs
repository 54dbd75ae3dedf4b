using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>What a handler says about an interrupt. Linux: <c>irqreturn_t</c>.</summary>
[AnyContext]
public enum IrqReturn
{
    /// <summary>It was not from this device.</summary>
    None,

    /// <summary>It was, and it is done.</summary>
    Handled,

    /// <summary>It was, and the handler's thread does the rest.</summary>
    WakeThread,
}
