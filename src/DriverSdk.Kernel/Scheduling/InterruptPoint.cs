using System.Runtime.CompilerServices;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The defined points at which interrupts arrive: a register access, a DMA call, an unlock, enabling interrupts, a wait.</summary>
internal static class InterruptPoint
{
    /// <summary>A point where a latched interrupt may arrive. One thread-static read, one load and two branches not taken when nothing is pending; a no-op on foreign threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Poll()
    {
        if (Cpu.CurrentOrNull is { Attention: not 0 } cpu)
            InterruptDelivery.Serve(cpu);
    }

    /// <summary>A point on a CPU that the caller knows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Poll(Cpu cpu)
    {
        if (cpu.Attention != 0)
            InterruptDelivery.Serve(cpu);
    }

    /// <summary>Interrupts or bottom halves were just enabled: what was held back arrives before the next instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enabled(Cpu cpu)
    {
        if (cpu.Attention != 0)
            InterruptDelivery.ServeHeldBack(cpu);
    }
}
