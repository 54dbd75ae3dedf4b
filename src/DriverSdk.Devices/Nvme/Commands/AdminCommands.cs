using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Devices.Nvme.Queues;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>The commands of the admin queue.</summary>
internal sealed class AdminCommands
{
    private const uint NotAborted = 1;

    private readonly NvmeCore _core;
    private readonly QueueCommands _queues;
    private readonly IdentifyCommand _identify;
    private readonly LogPageCommand _logPages;
    private readonly Func<bool> _hasIoQueues;

    public AdminCommands(NvmeCore core)
    {
        _core = core;
        _queues = new QueueCommands(core);
        _identify = new IdentifyCommand(core);
        _logPages = new LogPageCommand(core);
        _hasIoQueues = () => core.Queues.HasIoQueues;
    }

    public CommandOutcome Execute(in NvmeCommand command, SubmissionQueue queue)
    {
        _core.Statistics.CountAdmin(command.Opcode);
        if (command.Flags != 0)
            return NvmeStatusCode.InvalidField;
        return (AdminOpcode)command.Opcode switch
        {
            AdminOpcode.DeleteSubmissionQueue => _queues.DeleteSubmissionQueue(in command),
            AdminOpcode.CreateSubmissionQueue => _queues.CreateSubmissionQueue(in command),
            AdminOpcode.GetLogPage => _logPages.Execute(in command, queue.Scratch),
            AdminOpcode.DeleteCompletionQueue => _queues.DeleteCompletionQueue(in command),
            AdminOpcode.CreateCompletionQueue => _queues.CreateCompletionQueue(in command),
            AdminOpcode.Identify => _identify.Execute(in command, queue.Scratch),
            AdminOpcode.Abort => Abort(in command),
            AdminOpcode.SetFeatures => _core.Features.Set(in command, _hasIoQueues),
            AdminOpcode.GetFeatures => _core.Features.Get(in command),
            AdminOpcode.AsynchronousEventRequest => _core.Events.Request(command.CommandId),
            _ => NvmeStatusCode.InvalidOpcode,
        };
    }

    /// <summary>Aborts a command that has not started; a command that executes, or is unknown, is left alone and bit 0 of the result says so.</summary>
    private CommandOutcome Abort(in NvmeCommand command)
    {
        var queueId = (int)(command.Dword10 & 0xffff);
        var commandId = (ushort)(command.Dword10 >> 16);
        if (_core.Queues.Submission(queueId) is not { } queue)
            return new CommandOutcome(NvmeStatusCode.Success, NotAborted);
        if (!queue.TryFetch(_core.Memory))
            _core.Port.ReportFatal();
        if (!queue.Completions.TryReserve(queue))
            return new CommandOutcome(NvmeStatusCode.Success, NotAborted);
        if (!TryTakeOut(queue, commandId))
        {
            queue.Completions.CancelReservation();
            return new CommandOutcome(NvmeStatusCode.Success, NotAborted);
        }

        _core.Engine.Complete(queue, commandId, NvmeStatusCode.AbortRequested);
        return NvmeStatusCode.Success;
    }

    private bool TryTakeOut(SubmissionQueue queue, ushort commandId)
    {
        if (queue.TryTakeOut(commandId))
        {
            _core.Statistics.CommandsGone(queue.IsAdmin ? 0 : 1);
            return true;
        }

        if (!queue.IsAdmin || !_core.Events.TryTakeOut(commandId))
            return false;
        queue.ReleaseId(commandId);
        return true;
    }
}
