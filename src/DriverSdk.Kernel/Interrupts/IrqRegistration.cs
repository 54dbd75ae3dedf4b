using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>One driver's handler of an irq, from its request to <see cref="IrqController.FreeIrq"/>. Linux: <c>struct irqaction</c>.</summary>
[AnyContext]
public sealed class IrqRegistration
{
    private readonly IrqHandler? _primary;
    private readonly IrqHandler? _threadHandler;
    private readonly IrqDescriptor _descriptor;
    private readonly WaitQueue _wake;
    private int _requested;
    private bool _stopping;

    internal IrqRegistration(IrqDescriptor descriptor, string name, IrqSharing sharing, IrqHandler? primary, IrqHandler? threadHandler)
    {
        _descriptor = descriptor;
        _primary = primary;
        _threadHandler = threadHandler;
        _wake = new WaitQueue($"wake-up of the thread of {descriptor.Irq}");
        Name = name;
        Sharing = sharing;
    }

    /// <summary>The irq.</summary>
    public IrqNumber Irq => _descriptor.Irq;

    /// <summary>The name it was requested with.</summary>
    public string Name { get; }

    internal IrqSharing Sharing { get; }

    internal KernelTask? Thread { get; private set; }

    internal void StartThread(KernelScheduler scheduler)
    {
        if (_threadHandler is not null)
            Thread = scheduler.Spawn($"{Irq}-{Name}", _descriptor.Cpu, RunThread);
    }

    internal void StopThread(string file, int line)
    {
        Volatile.Write(ref _stopping, true);
        _wake.WakeAll();
        Thread?.Join(file, line);
    }

    /// <summary>Runs the primary handler in hardirq context, and wakes the thread when it asks for it.</summary>
    internal IrqReturn RunPrimary()
    {
        var result = _primary is null ? IrqReturn.WakeThread : _primary(Irq);
        if (result != IrqReturn.WakeThread)
            return result;
        if (_threadHandler is null)
            throw new InvalidOperationException($"Handler '{Name}' of {Irq} returned WakeThread but was requested without a thread. Use RequestThreadedIrq, or return Handled.");
        if (Interlocked.Exchange(ref _requested, 1) == 0)
        {
            _descriptor.ThreadRequested();
            _wake.Wake();
        }

        return result;
    }

    private void RunThread()
    {
        while (true)
        {
            _wake.Wait(() => Volatile.Read(ref _requested) != 0 || Volatile.Read(ref _stopping));
            if (Interlocked.Exchange(ref _requested, 0) == 0)
                return;
            try
            {
                _threadHandler!(Irq);
            }
            finally
            {
                _descriptor.ThreadFinished();
            }
        }
    }
}
