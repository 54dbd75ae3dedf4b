using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The kernel's time since boot: real under the host scheduler, virtual under the deterministic one.</summary>
[AnyContext]
public sealed class KernelClock
{
    /// <summary>What one turn of a polling loop costs in virtual time: about a register read.</summary>
    private const long RelaxNanoseconds = 1_000;

    private readonly KernelScheduler _scheduler;

    internal KernelClock(KernelScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Nanoseconds since boot; never goes back. Linux: <c>ktime_get_ns</c>.</summary>
    public long NowNanoseconds => _scheduler.Seam.NowNanoseconds;

    /// <summary>Time since boot.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(NowNanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>Keeps the CPU busy for a while; interrupts are taken meanwhile where they are on. Linux: <c>udelay</c>.</summary>
    /// <param name="duration">0 or more.</param>
    public void Delay(TimeSpan duration)
    {
        var cpu = Cpu.Current;
        DelayUntil(cpu, DeadlineAfter(duration));
    }

    /// <summary>Gives the CPU up for at least a while. Linux: <c>usleep_range</c>, <c>msleep</c>.</summary>
    /// <param name="duration">0 or more.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void Sleep(TimeSpan duration, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "KernelClock.Sleep", "", file, line);
        var deadline = DeadlineAfter(duration);
        var cpu = Cpu.Current;
        var nobodyWakes = new WaitList();
        nobodyWakes.Enter();
        try
        {
            nobodyWakes.Wait(cpu.CurrentTask!, $"{duration.TotalMilliseconds} ms to pass", deadline);
        }
        finally
        {
            nobodyWakes.Exit();
        }
    }

    /// <summary>The moment that lies a duration after now.</summary>
    internal long DeadlineAfter(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "A duration is 0 or more; to wait without limit use the wait that takes no time.");
        var now = NowNanoseconds;
        return duration.Ticks > (EventQueue.Never - now) / TimeSpan.NanosecondsPerTick
            ? EventQueue.Never
            : now + (duration.Ticks * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>One turn of a polling loop.</summary>
    internal void RelaxOnce(Cpu cpu)
    {
        if (_scheduler.Seam.PermanentAttention != 0)
            DelayUntil(cpu, NowNanoseconds + RelaxNanoseconds);
        else
            Thread.Yield();
        InterruptPoint.Poll(cpu);
    }

    private void DelayUntil(Cpu cpu, long deadlineNanoseconds)
    {
        do
        {
            _scheduler.Seam.DelayUntil(cpu, deadlineNanoseconds);
            InterruptDelivery.Deliver(cpu);
        }
        while (NowNanoseconds < deadlineNanoseconds);
    }
}
