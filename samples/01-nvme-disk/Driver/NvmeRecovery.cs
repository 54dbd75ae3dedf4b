using DriverSdk.Kernel.Deferred;

namespace NvmeDisk.Driver;

/// <summary>Watches the deadlines of a controller's commands: first an abort, then a reset of the controller, then the commands are sent again.</summary>
internal sealed class NvmeRecovery
{
    private readonly NvmeHost _controller;
    private readonly KernelTimer _timer;
    private readonly WorkItem _work;
    private readonly Workqueue _queue;
    private volatile bool _stopped;

    public NvmeRecovery(NvmeHost controller)
    {
        _controller = controller;
        _timer = new KernelTimer(controller.Kernel.Scheduler, "nvme.watchdog", LookForTrouble);
        _work = new WorkItem("nvme.recover", Recover);
        _queue = new Workqueue(controller.Kernel.Scheduler, "nvme.recovery");
    }

    /// <summary>Aborts sent since probe.</summary>
    public int AbortCount { get; private set; }

    /// <summary>Resets made since probe.</summary>
    public int ResetCount { get; private set; }

    /// <summary>Sees to it that somebody looks at the deadlines.</summary>
    public void Watch()
    {
        if (!_stopped && !_timer.IsPending && _controller.State != ControllerState.Dead)
            _timer.Arm(_controller.Options.CommandTimeout);
    }

    /// <summary>Ends commands that will never be sent again.</summary>
    public static void Cancel(List<NvmeRequest> requests)
    {
        foreach (var request in requests)
            Cancel(request);
        requests.Clear();
    }

    /// <summary>Stops watching; a recovery that is under way ends first.</summary>
    public void Stop()
    {
        _stopped = true;
        _timer.CancelSync();
        _queue.CancelSync(_work);
        _queue.Destroy();
    }

    private static void Cancel(NvmeRequest request)
    {
        request.Status = NvmeStatus.HostCancelled;
        request.Done.Complete();
    }

    // A softirq: it only looks, and leaves what may sleep to the work item.
    private void LookForTrouble()
    {
        if (_stopped || _controller.State == ControllerState.Dead)
            return;
        if (_controller.HasFailed || TryFindOverdue(out _, out _))
            _queue.Queue(_work);
        else if (_controller.HasCommandsInFlight)
            Watch();
    }

    private bool TryFindOverdue(out NvmeQueue queue, out NvmeRequest overdue)
    {
        var now = _controller.Kernel.Clock.Now;
        foreach (var candidate in _controller.Queues)
        {
            if (candidate.FindOverdue(now) is not { } found)
                continue;
            queue = candidate;
            overdue = found;
            return true;
        }

        queue = null!;
        overdue = null!;
        return false;
    }

    private void Recover()
    {
        while (!_stopped && !_controller.HasFailed && TryFindOverdue(out var queue, out var overdue))
        {
            if (!overdue.AbortSent && TryAbort(queue, overdue))
                continue;
            ResetAndResend();
            Watch();
            return;
        }

        if (!_stopped && _controller.HasFailed)
            ResetAndResend();
        Watch();
    }

    private bool TryAbort(NvmeQueue queue, NvmeRequest overdue)
    {
        var now = _controller.Kernel.Clock.Now;
        var tag = queue.MarkAborted(overdue, now, now + _controller.Options.CommandTimeout);
        if (tag < 0)
            return true;
        AbortCount++;
        var abort = new NvmeCommand { Opcode = NvmeOpcode.AdminAbort, Dword10 = (uint)queue.Id | ((uint)tag << 16) };
        return !_controller.ExecuteAdmin(in abort).IsError;
    }

    private void ResetAndResend()
    {
        ResetCount++;
        var unfinished = new List<NvmeRequest>();
        var reset = _controller.Reset(unfinished);
        foreach (var request in unfinished)
        {
            request.AbortSent = false;
            if (reset.IsError || ++request.RetryCount > _controller.Options.RetryLimit || _controller.Submit(request).IsError)
                Cancel(request);
        }
    }
}
