using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>An exception ended a kernel task or an interrupt handler; thrown at the end of the machine's Run, with the original inside.</summary>
[AnyContext]
public sealed class KernelOopsException : Exception
{
    internal KernelOopsException(string where, Exception cause)
        : base($"Kernel oops in {where}: {cause.Message}", cause) => Where = where;

    /// <summary>The task or handler that died, such as <c>task 'nvme0-poll' (CPU 1)</c>.</summary>
    public string Where { get; }
}
