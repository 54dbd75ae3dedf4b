using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Dma;

/// <summary>Whose per-CPU caches the caller uses: its CPU's, or CPU 0's on a host thread that runs no kernel task.</summary>
internal static class CallingCpu
{
    public static int Index
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Cpu.CurrentOrNull is { } cpu ? cpu.Index : 0;
    }
}
