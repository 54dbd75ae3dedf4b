using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>The kernel's number of an interrupt, which stands for a vector on a CPU.</summary>
/// <remarks>The default value, 0, is no interrupt.</remarks>
/// <param name="Value">1 to 1023.</param>
[AnyContext]
public readonly record struct IrqNumber(int Value)
{
    /// <summary>Such as <c>irq 24</c>.</summary>
    public override string ToString() => $"irq {Value}";
}
