namespace DriverSdk.Kernel.Scheduling;

/// <summary>The seam between the kernel's idea of tasks and CPUs and the way host threads run them.</summary>
/// <remarks>
/// Two implementations: <see cref="HostThreadScheduler"/>, where each CPU's current task really runs beside the others, and
/// <see cref="DeterministicScheduler"/>, where one host thread runs at a time and a seeded generator chooses at every point.
/// </remarks>
internal interface IScheduler : IDisposable
{
    /// <summary>Time since the machine started.</summary>
    long NowNanoseconds { get; }

    /// <summary>The attention every CPU keeps raised for good.</summary>
    int PermanentAttention { get; }

    /// <summary>A point of a running CPU: another one may go on first.</summary>
    /// <returns>Whether latched interrupts are to be taken here and now.</returns>
    InterruptArrival AtPoint(Cpu cpu);

    /// <summary>After a point has been served: gives the CPU to another task when the current one has had its time.</summary>
    void PreemptIfDue(Cpu cpu);

    /// <summary>The current task is blocked, queued or dead: runs others, or the idle loop, until it is its turn again; a dead task's thread returns and ends.</summary>
    void SwitchAway(Cpu cpu, KernelTask task);

    /// <summary>One turn of spinning on something that another CPU holds.</summary>
    void Spin(Cpu cpu, ISpinTarget target);

    /// <summary>Keeps the CPU busy until a moment or until an interrupt can be taken, whichever comes first.</summary>
    void DelayUntil(Cpu cpu, long nowNanoseconds);

    /// <summary>The CPU has got something to do; any thread may call.</summary>
    void Kick(Cpu cpu);

    /// <summary>Arms an event; returns whether it was armed before.</summary>
    bool Arm(TimedEvent timed, long dueNanoseconds);

    /// <summary>Disarms an event; returns whether it was armed.</summary>
    bool Cancel(TimedEvent timed);

    /// <summary>Device work under the scheduled policy; any thread may call.</summary>
    void PostDeviceWork(DeviceWorkSlot slot);

    /// <summary>The body of an idle task's own host thread: attends the CPU when no blocked task lends its stack.</summary>
    void AttendIdle(Cpu cpu);

    /// <summary>The caller's thread takes CPU 0 as the init task.</summary>
    void Enter(Cpu cpu, KernelTask init);

    /// <summary>The init task ends and leaves CPU 0 unattended.</summary>
    void Leave(Cpu cpu);
}
