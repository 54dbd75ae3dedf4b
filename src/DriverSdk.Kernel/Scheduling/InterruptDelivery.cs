using System.Runtime.CompilerServices;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>Runs latched interrupts and raised softirqs on the CPU's own thread, on top of what it was doing.</summary>
internal static class InterruptDelivery
{
    /// <summary>Softirqs that raise themselves again are cut off here and go on at the next point, as Linux leaves them to ksoftirqd.</summary>
    private const int SoftirqRounds = 10;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Serve(Cpu cpu)
    {
        var scheduler = cpu.Scheduler.Seam;
        if (scheduler.AtPoint(cpu) == InterruptArrival.Now)
            Deliver(cpu);
        scheduler.PreemptIfDue(cpu);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ServeHeldBack(Cpu cpu)
    {
        Deliver(cpu);
        Serve(cpu);
    }

    /// <summary>Takes every interrupt that may be taken in the CPU's present state, then softirqs.</summary>
    public static void Deliver(Cpu cpu)
    {
        while (cpu.CanDeliver)
        {
            while (cpu.Pending.TryTakeHighest(out var vector))
                RunHardirq(cpu, vector);

            if ((cpu.AtomicState & AtomicState.SoftirqMask) == 0 && cpu.Softirqs.Any && !RunSoftirqs(cpu))
                return;
        }

        LowerStale(cpu);
    }

    /// <summary>Attention is raised after the vector is latched; when the vector was taken in between, it would stay raised over nothing. Lowered first, looked at again after.</summary>
    private static void LowerStale(Cpu cpu)
    {
        if ((cpu.Attention & (Attention.Vector | Attention.Softirq)) == 0)
            return;
        cpu.Lower(Attention.Vector | Attention.Softirq);
        if (cpu.Pending.Any)
            cpu.Raise(Attention.Vector);
        if (cpu.Softirqs.Any)
            cpu.Raise(Attention.Softirq);
    }

    private static void RunHardirq(Cpu cpu, byte vector)
    {
        var before = cpu.AtomicState;
        cpu.AtomicState = (before + AtomicState.HardirqOne) | AtomicState.IrqsOff;
        var inside = cpu.AtomicState;
        try
        {
            cpu.Scheduler.VectorHandler?.Handle(cpu, vector);
            if (cpu.AtomicState != inside)
                throw Unbalanced(cpu, $"the handler of vector 0x{vector:x}", inside);
        }
        finally
        {
            cpu.AtomicState = before;
        }
    }

    /// <returns>False when softirqs were left for a later point.</returns>
    private static bool RunSoftirqs(Cpu cpu)
    {
        var before = cpu.AtomicState;
        cpu.AtomicState = before + AtomicState.SoftirqServing;
        var inside = cpu.AtomicState;
        try
        {
            for (var round = 0; round < SoftirqRounds; round++)
            {
                if (!cpu.Softirqs.TryTake(out var item))
                    return true;
                item.RunSoftirq();
                if (cpu.AtomicState != inside)
                    throw Unbalanced(cpu, "a softirq", inside);
                Deliver(cpu);
            }
        }
        finally
        {
            cpu.AtomicState = before;
        }

        return !cpu.Softirqs.Any;
    }

    private static InvalidOperationException Unbalanced(Cpu cpu, string what, int expected) => new(
        $"{what} left {cpu} with preempt count 0x{cpu.AtomicState:x}, but was entered with 0x{expected:x}. "
        + "Every lock, disable and hold in a handler must be released before it returns.");
}
