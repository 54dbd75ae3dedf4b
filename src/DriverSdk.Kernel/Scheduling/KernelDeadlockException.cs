using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>Nothing in the machine can ever run again: every task waits, and no timer, interrupt or device work is due. Names each task and what it waits for.</summary>
[AnyContext]
public sealed class KernelDeadlockException : Exception
{
    internal KernelDeadlockException(string message)
        : base(message)
    {
    }
}
