namespace DriverSdk.Kernel.Scheduling;

/// <summary>Why a CPU must leave the fast path at its next interrupt point; the bits of <see cref="Cpu.Attention"/>.</summary>
internal static class Attention
{
    /// <summary>A vector is latched.</summary>
    public const int Vector = 1;

    /// <summary>A softirq is raised.</summary>
    public const int Softirq = 2;

    /// <summary>Another task became runnable here.</summary>
    public const int Reschedule = 4;

    /// <summary>The machine is being disposed of.</summary>
    public const int Stop = 8;

    /// <summary>Every point is a choice of the deterministic scheduler; never cleared.</summary>
    public const int EveryPoint = 16;

    /// <summary>What an idle CPU wakes for, besides a runnable task.</summary>
    public const int WakesIdle = Vector | Softirq | Stop;
}
