using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Memory;

/// <summary>Whose per-CPU lists the caller uses.</summary>
internal static class CallerCpu
{
    /// <summary>The list of the CPU that executes the caller, below <paramref name="cpuCount"/>; a host thread that runs no task borrows CPU 0's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ListOf(Cpu? current, int cpuCount)
    {
        var index = current is null ? 0 : current.Index;
        return index < cpuCount ? index : 0;
    }
}
