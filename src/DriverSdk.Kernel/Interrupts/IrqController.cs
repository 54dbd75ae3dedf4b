using System.Runtime.CompilerServices;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>The kernel's interrupt table: gives out vectors, takes interrupt messages, calls the drivers' handlers. Linux: kernel/irq and the x86 vector domain.</summary>
[AnyContext]
public sealed class IrqController : IInterruptSink, IVectorHandler
{
    private const int MaxIrqs = 1024;
    private const byte FirstLegalVector = 16;
    private readonly KernelScheduler _scheduler;
    private readonly Lock _allocation = new();
    private readonly IrqDescriptor?[] _irqs = new IrqDescriptor?[MaxIrqs];
    private readonly VectorTable[] _vectors;
    private long _spurious;
    private long _dropped;

    /// <summary>Makes the machine's interrupt table; a scheduler has one.</summary>
    /// <param name="scheduler">The scheduler whose CPUs take the interrupts.</param>
    public IrqController(KernelScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        _scheduler = scheduler;
        _vectors = [.. scheduler.Cpus.Select(_ => new VectorTable())];
        scheduler.VectorHandler = this;
    }

    /// <summary>Vectors that arrived and stand for no irq.</summary>
    public long SpuriousCount => Volatile.Read(ref _spurious);

    /// <summary>Messages dropped because they named no CPU of this machine, or a vector below 16.</summary>
    public long DroppedCount => Volatile.Read(ref _dropped);

    /// <summary>Every irq that has a vector, by number.</summary>
    public IReadOnlyList<IrqStatistics> Statistics => [.. _irqs.Where(descriptor => descriptor is not null).Select(descriptor => descriptor!.Statistics)];

    /// <inheritdoc/>
    public void Raise(uint apicId, byte vector)
    {
        if (apicId >= (uint)_vectors.Length || vector < FirstLegalVector)
            Interlocked.Increment(ref _dropped);
        else
            _scheduler.RaiseVector(_scheduler.Cpus[(int)apicId], vector);
    }

    /// <summary>Gives out consecutive irqs with consecutive vectors on one CPU.</summary>
    /// <param name="cpu">The CPU that is to take them.</param>
    /// <param name="count">1 to 32; several are aligned as multi-message MSI needs.</param>
    /// <param name="first">The first irq.</param>
    /// <returns>False when the CPU has no such vectors left; another CPU may have.</returns>
    public bool TryAllocateIrqs(Cpu cpu, int count, out IrqNumber first)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        if (count is < 1 or > 32)
            throw new ArgumentOutOfRangeException(nameof(count), count, "Allocate 1 to 32 irqs at once.");
        first = default;
        lock (_allocation)
        {
            if (!_vectors[cpu.Index].TryFindFree(count, out var vector) || !TryFindFreeNumbers(count, out var number))
                return false;
            for (var i = 0; i < count; i++)
            {
                var descriptor = new IrqDescriptor(_scheduler, new IrqNumber(number + i), cpu, (byte)(vector + i));
                _irqs[number + i] = descriptor;
                _vectors[cpu.Index][descriptor.Vector] = descriptor;
            }

            first = new IrqNumber(number);
            return true;
        }
    }

    /// <summary>Gives irqs back whose handlers are freed and whose source is silenced.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InvalidOperationException">One of them still has a handler.</exception>
    public void ReleaseIrqs(IrqNumber first, int count)
    {
        lock (_allocation)
        {
            for (var number = first.Value; number < first.Value + count; number++)
            {
                var descriptor = Descriptor(new IrqNumber(number));
                if (descriptor.Registrations is [var registration, ..])
                    throw new InvalidOperationException($"{descriptor.Irq} is released while handler '{registration.Name}' stands on it. Call FreeIrq first.");
                _irqs[number] = null;
                _vectors[descriptor.Cpu.Index][descriptor.Vector] = null;
            }
        }
    }

    /// <summary>Where a message must go to become this irq.</summary>
    /// <param name="irq">An allocated irq.</param>
    public InterruptTarget TargetOf(IrqNumber irq)
    {
        var descriptor = Descriptor(irq);
        return new InterruptTarget(descriptor.Cpu.ApicId, descriptor.Vector);
    }

    /// <summary>Sets the only handler of an irq. Linux: <c>request_irq</c>.</summary>
    /// <param name="irq">An allocated irq.</param>
    /// <param name="name">The name in the interrupt table.</param>
    /// <param name="handler">Runs in hardirq context, interrupts off.</param>
    /// <param name="registration">To be given to <see cref="FreeIrq"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Success; EBUSY when it has a handler; EINVAL when the irq is not allocated.</returns>
    [MaySleep]
    public Errno RequestIrq(IrqNumber irq, string name, [RunsIn(KernelContexts.Hardirq)] IrqHandler handler, out IrqRegistration? registration, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(handler);
        MightSleep.Check("IrqController.RequestIrq", file, line);
        return Request(irq, name, IrqSharing.Exclusive, handler, null, out registration);
    }

    /// <summary>Adds a handler to an irq whose other handlers are shared too, as INTx lines need it. Linux: <c>request_irq</c> with <c>IRQF_SHARED</c>.</summary>
    /// <param name="irq">An allocated irq.</param>
    /// <param name="name">The name in the interrupt table.</param>
    /// <param name="handler">Runs in hardirq context, interrupts off; returns <see cref="IrqReturn.None"/> for another device's interrupt.</param>
    /// <param name="registration">To be given to <see cref="FreeIrq"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Success; EBUSY when it has a handler that is not shared; EINVAL when the irq is not allocated.</returns>
    [MaySleep]
    public Errno RequestSharedIrq(IrqNumber irq, string name, [RunsIn(KernelContexts.Hardirq)] IrqHandler handler, out IrqRegistration? registration, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(handler);
        MightSleep.Check("IrqController.RequestSharedIrq", file, line);
        return Request(irq, name, IrqSharing.Shared, handler, null, out registration);
    }

    /// <summary>Sets a handler that leaves the work to a kernel thread of its own. Linux: <c>request_threaded_irq</c>.</summary>
    /// <param name="irq">An allocated irq.</param>
    /// <param name="name">The name in the interrupt table and of the thread.</param>
    /// <param name="primary">Runs in hardirq context; null wakes the thread each time.</param>
    /// <param name="thread">Runs in the thread and may sleep; wake-ups during a run cause one more run.</param>
    /// <param name="registration">To be given to <see cref="FreeIrq"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Success; EBUSY when it has a handler; EINVAL when the irq is not allocated.</returns>
    [MaySleep]
    public Errno RequestThreadedIrq(
        IrqNumber irq,
        string name,
        [RunsIn(KernelContexts.Hardirq)] IrqHandler? primary,
        [RunsIn(KernelContexts.Task)] IrqHandler thread,
        out IrqRegistration? registration,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(thread);
        MightSleep.Check("IrqController.RequestThreadedIrq", file, line);
        return Request(irq, name, IrqSharing.Exclusive, primary, thread, out registration);
    }

    /// <summary>Takes a handler off its irq and waits until it does not run on any CPU, its thread included. Linux: <c>free_irq</c>.</summary>
    /// <param name="registration">What the request gave.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">It was freed already.</exception>
    [MaySleep]
    public void FreeIrq(IrqRegistration registration, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(registration);
        MightSleep.Check(SleepingCallKind.Wait, "IrqController.FreeIrq", registration.Name, file, line);
        RequireNotThread(registration);
        if (_irqs[registration.Irq.Value] is not { } descriptor || !descriptor.TryRemove(registration))
            throw new InvalidOperationException($"Handler '{registration.Name}' of {registration.Irq} is freed twice. Call FreeIrq once for each request.");
        WaitUntilQuiet(descriptor, file, line);
        registration.StopThread(file, line);
    }

    /// <summary>Waits until no handler of the irq runs, its threads included. Linux: <c>synchronize_irq</c>.</summary>
    /// <param name="irq">An allocated irq.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void SynchronizeIrq(IrqNumber irq, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "IrqController.SynchronizeIrq", "", file, line);
        WaitUntilQuiet(Descriptor(irq), file, line);
    }

    /// <summary>Stops calling the irq's handlers, and waits until none runs; nests. Linux: <c>disable_irq</c>.</summary>
    /// <param name="irq">An allocated irq.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void DisableIrq(IrqNumber irq, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "IrqController.DisableIrq", "", file, line);
        DisableIrqNoSync(irq);
        WaitUntilQuiet(Descriptor(irq), file, line);
    }

    /// <summary>Stops calling the irq's handlers; one may still run on another CPU. Linux: <c>disable_irq_nosync</c>.</summary>
    /// <param name="irq">An allocated irq.</param>
    public void DisableIrqNoSync(IrqNumber irq) => Descriptor(irq).Disable();

    /// <summary>Undoes one disable; an interrupt that arrived meanwhile is raised again. Linux: <c>enable_irq</c>.</summary>
    /// <param name="irq">An allocated irq.</param>
    /// <exception cref="InvalidOperationException">The irq is not disabled.</exception>
    public void EnableIrq(IrqNumber irq)
    {
        Descriptor(irq).Enable();
        InterruptPoint.Poll();
    }

    void IVectorHandler.Handle(Cpu cpu, byte vector)
    {
        if (_vectors[cpu.Index][vector] is { } descriptor)
            descriptor.Handle();
        else
            Interlocked.Increment(ref _spurious);
    }

    /// <summary>Names the hardware behind an irq that the kernel must program itself.</summary>
    internal void SetChip(IrqNumber irq, IIrqChip chip) => Descriptor(irq).Chip = chip;

    private static void WaitUntilQuiet(IrqDescriptor descriptor, string file, int line)
    {
        foreach (var registration in descriptor.Registrations)
            RequireNotThread(registration);
        descriptor.Quiet.Wait(() => descriptor.IsQuiet, file, line);
    }

    private static void RequireNotThread(IrqRegistration registration)
    {
        if (ReferenceEquals(registration.Thread, KernelTask.Current))
            throw new InvalidOperationException($"The thread of handler '{registration.Name}' waits for the end of its own {registration.Irq}. Call this from another task.");
    }

    private Errno Request(IrqNumber irq, string name, IrqSharing sharing, IrqHandler? primary, IrqHandler? thread, out IrqRegistration? registration)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        registration = null;
        if ((uint)irq.Value >= MaxIrqs || _irqs[irq.Value] is not { } descriptor)
            return Errno.Invalid;
        var added = new IrqRegistration(descriptor, name, sharing, primary, thread);
        if (!descriptor.TryAdd(added))
            return Errno.Busy;
        added.StartThread(_scheduler);
        registration = added;
        return Errno.Success;
    }

    private IrqDescriptor Descriptor(IrqNumber irq) =>
        (uint)irq.Value < MaxIrqs && _irqs[irq.Value] is { } descriptor
            ? descriptor
            : throw new ArgumentException($"{irq} is not allocated. Get one from TryAllocateIrqs.", nameof(irq));

    private bool TryFindFreeNumbers(int count, out int first)
    {
        for (first = 1; first + count <= MaxIrqs; first++)
        {
            if (_irqs.AsSpan(first, count).IndexOfAnyExcept((IrqDescriptor?)null) < 0)
                return true;
        }

        return false;
    }
}
