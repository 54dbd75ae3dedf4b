using DriverSdk.Devices.Nvme.Commands;
using DriverSdk.Devices.Nvme.Events;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>Executes what a submission queue holds and posts the completions.</summary>
internal sealed class QueueEngine
{
    private readonly NvmeCore _core;
    private readonly AdminCommands _admin;
    private readonly NvmCommands _nvm;

    public QueueEngine(NvmeCore core)
    {
        _core = core;
        _admin = new AdminCommands(core);
        _nvm = new NvmCommands(core);
    }

    /// <summary>Fetches and executes until the queue is empty, stalled, without a place for completions, or the controller stops. One interrupt ends the batch.</summary>
    public void Run(SubmissionQueue queue)
    {
        if (!_core.Gate.TryEnter())
            return;
        try
        {
            var executed = ExecuteAll(queue);
            if (queue.IsAdmin)
                _core.Events.Deliver(queue);
            if (executed > 0)
                SignalUse(queue.Completions);
        }
        finally
        {
            _core.Gate.Exit();
        }
    }

    /// <summary>Completes a command outside its queue's own turn: aborted, deleted, or an event. The slot was reserved before.</summary>
    public void Complete(SubmissionQueue queue, ushort commandId, in CommandOutcome outcome)
    {
        var command = new NvmeCommand { CommandId = commandId };
        Post(queue, in command, in outcome);
        SignalUse(queue.Completions);
    }

    private int ExecuteAll(SubmissionQueue queue)
    {
        var executed = 0;
        while (_core.Gate.IsOpen)
        {
            if (!queue.TryFetch(_core.Memory))
            {
                _core.Port.ReportFatal();
                break;
            }

            if (!queue.TryStart(out var slot, out var command, out var state))
                break;
            var outcome = state == SlotState.Conflicting ? NvmeStatusCode.CommandIdConflict : Execute(queue, in command);
            Finish(queue, slot, state, in command, in outcome);
            executed++;
        }

        return executed;
    }

    private CommandOutcome Execute(SubmissionQueue queue, in NvmeCommand command) =>
        queue.IsAdmin ? _admin.Execute(in command, queue) : _nvm.Execute(in command, queue.Scratch);

    private void Finish(SubmissionQueue queue, int slot, SlotState state, in NvmeCommand command, in CommandOutcome outcome)
    {
        if (!queue.IsAdmin)
            _core.Statistics.CommandsGone(1);
        // The slot is free before the driver can see the completion, because the driver may reuse it at once.
        queue.Finish(slot, state, in outcome);
        if (outcome.IsPending)
            queue.Completions.CancelReservation();
        else
            Post(queue, in command, in outcome);
    }

    private void Post(SubmissionQueue queue, in NvmeCommand command, in CommandOutcome outcome)
    {
        var status = NvmeStatus.Of(outcome.Status);
        if (ErrorLog.Wants(outcome.Status))
        {
            status = status.WithMore();
            _core.Errors.Add(queue.Id, in command, status);
        }

        var entry = new NvmeCompletion
        {
            Result = outcome.Result,
            SubmissionQueueHead = queue.Head,
            SubmissionQueueId = queue.Id,
            CommandId = command.CommandId,
            StatusAndPhase = (ushort)(status.Value << 1),
        };
        if (queue.Completions.TryPost(_core.Memory, entry))
            _core.Statistics.CountCompletion();
        else
            _core.Port.ReportFatal();
    }

    private void SignalUse(CompletionQueue completions)
    {
        if (completions.Vector is { } vector)
            _core.Port.Signal(vector);
    }
}
