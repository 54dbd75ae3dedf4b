using System.Runtime.CompilerServices;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The progress of one device or of several: its policy may be changed while the machine runs. Any thread may call.</summary>
[AnyContext]
public sealed class DeviceTimeline : IDeviceTimeline
{
    private readonly ConditionalWeakTable<IDeviceWork, DeviceWorkSlot> _slots = [];
    private readonly Lock _lock = new();
    private readonly Queue<DeviceWorkSlot> _stalled = new();
    private ProgressPolicy _policy;

    internal DeviceTimeline(KernelScheduler scheduler, ProgressPolicy policy)
    {
        Scheduler = scheduler;
        _policy = policy;
    }

    /// <inheritdoc/>
    public long NowNanoseconds => Scheduler.Seam.NowNanoseconds;

    /// <summary>When posted work runs. Leaving <see cref="ProgressPolicy.Stalled"/> hands what was held to the new policy.</summary>
    public ProgressPolicy Policy
    {
        get
        {
            lock (_lock)
                return _policy;
        }

        set
        {
            lock (_lock)
                _policy = value;
            if (value != ProgressPolicy.Stalled)
                SubmitHeld();
        }
    }

    /// <summary>How many pieces of work are held because the device is stalled.</summary>
    public int StalledCount
    {
        get
        {
            lock (_lock)
                return _stalled.Count;
        }
    }

    internal KernelScheduler Scheduler { get; }

    /// <inheritdoc/>
    public void Post(IDeviceWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        SlotOf(work).Post();
    }

    /// <inheritdoc/>
    public void PostAfter(IDeviceWork work, long delayNanoseconds)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfNegative(delayNanoseconds);
        SlotOf(work).PostAt(NowNanoseconds + delayNanoseconds);
    }

    /// <summary>Runs what a stalled device holds, in the order of posting, on the caller's thread. Work posted meanwhile is held again.</summary>
    public void Release()
    {
        for (var left = StalledCount; left > 0 && TryTakeStalled(out var slot); left--)
            slot.Execute();
    }

    /// <summary>Decides when posted work runs: here, later by the scheduler, or when the device is released.</summary>
    internal WorkAdmission Admit(DeviceWorkSlot slot)
    {
        ProgressPolicy policy;
        lock (_lock)
        {
            policy = _policy;
            if (policy == ProgressPolicy.Stalled)
                _stalled.Enqueue(slot);
        }

        if (policy == ProgressPolicy.Scheduled)
            Scheduler.Seam.PostDeviceWork(slot);
        return policy == ProgressPolicy.Immediate ? WorkAdmission.RunHere : WorkAdmission.RunsLater;
    }

    private DeviceWorkSlot SlotOf(IDeviceWork work) =>
        _slots.TryGetValue(work, out var slot) ? slot : _slots.GetValue(work, key => new DeviceWorkSlot(this, key));

    private void SubmitHeld()
    {
        while (Policy != ProgressPolicy.Stalled && TryTakeStalled(out var slot))
        {
            if (Admit(slot) == WorkAdmission.RunHere)
                slot.Execute();
        }
    }

    private bool TryTakeStalled(out DeviceWorkSlot slot)
    {
        lock (_lock)
            return _stalled.TryDequeue(out slot!);
    }
}
