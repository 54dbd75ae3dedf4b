using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>What the kernel knows about one irq: its vector, its handlers, and whether they run. Linux: <c>struct irq_desc</c>.</summary>
internal sealed class IrqDescriptor(KernelScheduler scheduler, IrqNumber irq, Cpu cpu, byte vector)
{
    private RawSpinlock _lock;
    private IrqRegistration[] _registrations = [];
    private int _disableDepth;
    private bool _arrivedWhileDisabled;

    /// <summary>Handlers and threads that run or are asked to run.</summary>
    private int _active;
    private long _count;
    private long _unhandled;

    public IrqNumber Irq => irq;

    public Cpu Cpu => cpu;

    public byte Vector => vector;

    public IIrqChip? Chip { get; set; }

    public IrqRegistration[] Registrations => Volatile.Read(ref _registrations);

    public bool IsQuiet => Volatile.Read(ref _active) == 0;

    /// <summary>Whoever waits for <see cref="IsQuiet"/>.</summary>
    public WaitQueue Quiet { get; } = new($"end of the handlers of {irq}");

    public IrqStatistics Statistics => new(
        irq, cpu.Index, vector, Volatile.Read(ref _count), Volatile.Read(ref _unhandled), string.Join(", ", Registrations.Select(registration => registration.Name)));

    /// <returns>False when the irq has a handler already and one of the two is not shared.</returns>
    public bool TryAdd(IrqRegistration registration) => Replace(before =>
        before.Length == 0 || (registration.Sharing == IrqSharing.Shared && before[0].Sharing == IrqSharing.Shared) ? [.. before, registration] : null);

    public bool TryRemove(IrqRegistration registration) =>
        Replace(before => before.Contains(registration) ? [.. before.Where(other => !ReferenceEquals(other, registration))] : null);

    /// <summary>Runs the handlers in hardirq context. While the irq is disabled the interrupt is remembered and raised again by <see cref="Enable"/>.</summary>
    public void Handle()
    {
        _count++;
        if (IsHeldBack())
            return;
        Interlocked.Increment(ref _active);
        try
        {
            var result = IrqReturn.None;
            foreach (var registration in Registrations)
            {
                var answer = registration.RunPrimary();
                result = answer > result ? answer : result;
            }

            if (result == IrqReturn.None)
                _unhandled++;
            if (result == IrqReturn.WakeThread)
                Chip?.Mask(irq);
        }
        finally
        {
            Chip?.EndOfInterrupt(irq);
            Finished();
        }
    }

    public void ThreadRequested() => Interlocked.Increment(ref _active);

    public void ThreadFinished()
    {
        Chip?.Unmask(irq);
        Finished();
    }

    public void Disable()
    {
        _lock.Enter();
        _disableDepth++;
        _lock.Exit();
    }

    public void Enable()
    {
        _lock.Enter();
        var depth = _disableDepth;
        var again = depth == 1 && _arrivedWhileDisabled;
        if (depth > 0)
            _disableDepth = depth - 1;
        if (again)
            _arrivedWhileDisabled = false;
        _lock.Exit();
        if (depth == 0)
            throw new InvalidOperationException($"{irq} is enabled but is not disabled. Call EnableIrq once for each DisableIrq.");
        if (again)
            scheduler.RaiseVector(cpu, vector);
    }

    private bool IsHeldBack()
    {
        _lock.Enter();
        var heldBack = _disableDepth > 0;
        _arrivedWhileDisabled |= heldBack;
        _lock.Exit();
        if (heldBack)
            Chip?.EndOfInterrupt(irq);
        return heldBack;
    }

    private void Finished()
    {
        if (Interlocked.Decrement(ref _active) == 0 && Quiet.HasWaiters)
            Quiet.WakeAll();
    }

    private bool Replace(Func<IrqRegistration[], IrqRegistration[]?> change)
    {
        while (true)
        {
            var before = Registrations;
            if (change(before) is not { } after)
                return false;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _registrations, after, before), before))
                return true;
        }
    }
}
