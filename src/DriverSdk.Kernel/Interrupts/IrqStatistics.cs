using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>One line of the kernel's interrupt table. Linux: <c>/proc/interrupts</c>.</summary>
/// <param name="Irq">The interrupt.</param>
/// <param name="CpuIndex">The CPU that takes it.</param>
/// <param name="Vector">Its vector there.</param>
/// <param name="Count">How often it arrived.</param>
/// <param name="Unhandled">How often no handler said that it was its own.</param>
/// <param name="Names">The handlers' names.</param>
[AnyContext]
public readonly record struct IrqStatistics(IrqNumber Irq, int CpuIndex, byte Vector, long Count, long Unhandled, string Names)
{
    /// <summary>The line as text.</summary>
    public override string ToString() => $"{Irq.Value,4}: {Count,10}  CPU {CpuIndex} vector 0x{Vector:x2}  {Names}";
}
