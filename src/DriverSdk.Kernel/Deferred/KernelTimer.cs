using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Deferred;

/// <summary>Calls a handler once, in softirq context, when a time is over, on the CPU that armed it. Linux: <c>struct timer_list</c>.</summary>
[AnyContext]
public sealed class KernelTimer : ISpinTarget
{
    private readonly KernelScheduler _scheduler;
    private readonly Action _handler;
    private readonly Expiry _expiry;
    private readonly Bottom _bottom;
    private RawSpinlock _lock;
    private bool _armed;
    private long _due;
    private Cpu? _cpu;
    private Cpu? _runningOn;

    /// <summary>Makes a timer that is not armed.</summary>
    /// <param name="scheduler">The machine's scheduler.</param>
    /// <param name="name">Its name in reports.</param>
    /// <param name="handler">What it calls; must not sleep. It may arm the timer again.</param>
    public KernelTimer(KernelScheduler scheduler, string name, [RunsIn(KernelContexts.Softirq)] Action handler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        _scheduler = scheduler;
        _handler = handler;
        _expiry = new Expiry(this);
        _bottom = new Bottom(this);
        Name = name;
    }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Whether it is armed and its handler has not begun. Linux: <c>timer_pending</c>.</summary>
    public bool IsPending => Volatile.Read(ref _armed);

    bool ISpinTarget.IsBusy => Volatile.Read(ref _runningOn) is not null;

    /// <summary>Arms it, or moves it when it is armed. Linux: <c>mod_timer</c>.</summary>
    /// <param name="delay">0 or more, from now.</param>
    /// <returns>Whether it was armed before.</returns>
    public bool Arm(TimeSpan delay)
    {
        var cpu = Cpu.Current;
        var due = _scheduler.Clock.DeadlineAfter(delay);
        _lock.Enter();
        var wasArmed = _armed;
        _armed = true;
        _due = due;

        // While the handler runs the timer stays on its CPU, so that two runs never overlap.
        _cpu = _runningOn ?? cpu;
        _scheduler.Arm(_expiry, due);
        _lock.Exit();
        return wasArmed;
    }

    /// <summary>Disarms it; a handler that has begun goes on. Linux: <c>timer_delete</c>.</summary>
    /// <returns>Whether it was armed.</returns>
    public bool Cancel()
    {
        _lock.Enter();
        var wasArmed = _armed;
        _armed = false;
        _scheduler.Cancel(_expiry);
        _lock.Exit();
        return wasArmed;
    }

    /// <summary>Disarms it and waits, spinning, until its handler does not run on any CPU. Hold no lock that the handler takes. Linux: <c>timer_delete_sync</c>.</summary>
    /// <returns>Whether it was armed.</returns>
    /// <exception cref="InvalidOperationException">It is called in hardirq context, or from the handler itself.</exception>
    [RunsIn(KernelContexts.Task | KernelContexts.Softirq)]
    public bool CancelSync()
    {
        var cpu = Cpu.Current;
        if (cpu.Context == KernelContexts.Hardirq)
            throw new InvalidOperationException($"KernelTimer.CancelSync of '{Name}' is called in hardirq context: it may have interrupted the handler it would wait for. Use Cancel.");
        var wasArmed = Cancel();
        while (Volatile.Read(ref _runningOn) is { } running)
        {
            if (ReferenceEquals(running, cpu))
                throw new InvalidOperationException($"KernelTimer.CancelSync of '{Name}' is called from its own handler and would wait for itself. Use Cancel, or do not arm it again.");
            _scheduler.Seam.Spin(cpu, this);
            InterruptDelivery.Deliver(cpu);
            wasArmed |= Cancel();
        }

        return wasArmed;
    }

    string ISpinTarget.Describe() => $"the handler of timer '{Name}' on {_runningOn}";

    private void Run()
    {
        _lock.Enter();
        var isDue = _armed && _due <= _scheduler.Clock.NowNanoseconds;
        if (isDue)
        {
            _armed = false;
            _runningOn = _cpu;
        }

        _lock.Exit();
        if (!isDue)
            return;
        try
        {
            _handler();
        }
        finally
        {
            Volatile.Write(ref _runningOn, null);
        }
    }

    private sealed class Expiry(KernelTimer timer) : TimedEvent
    {
        public override void Expire()
        {
            if (Volatile.Read(ref timer._cpu) is { } cpu)
                timer._scheduler.RaiseSoftirq(cpu, timer._bottom);
        }
    }

    private sealed class Bottom(KernelTimer timer) : SoftirqItem
    {
        public override void RunSoftirq() => timer.Run();
    }
}
