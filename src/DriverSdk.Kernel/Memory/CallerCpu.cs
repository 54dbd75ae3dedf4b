using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Memory;

/// <summary>Whose per-CPU lists the caller uses.</summary>
internal static class CallerCpu
{
    /// <summary>The index of the CPU that executes the caller, below <paramref name="cpuCount"/>; a host thread that runs no task borrows CPU 0's lists.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Index(int cpuCount)
    {
        var index = Cpu.CurrentOrNull is { } cpu ? cpu.Index : 0;
        return index < cpuCount ? index : 0;
    }
}
