using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Devices.Nvme.Queues;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>Create and Delete I/O Submission and Completion Queue.</summary>
internal sealed class QueueCommands(NvmeCore core)
{
    private const uint PhysicallyContiguous = 1;
    private const uint InterruptsEnabled = 2;

    public NvmeStatusCode CreateCompletionQueue(in NvmeCommand command)
    {
        var id = (int)(command.Dword10 & 0xffff);
        var vector = (int)(command.Dword11 >> 16);
        if (id == 0 || id > core.Features.CompletionQueues || core.Queues.Completion(id) is not null)
            return NvmeStatusCode.InvalidQueueIdentifier;
        if (!core.Registers.HasCompletionEntrySize || !IsValidSize(in command))
            return NvmeStatusCode.InvalidQueueSize;
        if ((command.Dword11 & PhysicallyContiguous) == 0)
            return NvmeStatusCode.InvalidField;
        if (vector >= core.Options.InterruptVectors)
            return NvmeStatusCode.InvalidInterruptVector;
        if (!IsPageAligned(in command))
            return NvmeStatusCode.PrpOffsetInvalid;

        core.Queues.Add(new CompletionQueue((ushort)id, command.Prp1, Entries(in command), (command.Dword11 & InterruptsEnabled) != 0 ? vector : null));
        return NvmeStatusCode.Success;
    }

    public NvmeStatusCode CreateSubmissionQueue(in NvmeCommand command)
    {
        var id = (int)(command.Dword10 & 0xffff);
        var completionsId = (int)(command.Dword11 >> 16);
        if (id == 0 || id > core.Features.SubmissionQueues || core.Queues.Submission(id) is not null)
            return NvmeStatusCode.InvalidQueueIdentifier;
        if (completionsId == 0 || completionsId > core.Features.CompletionQueues)
            return NvmeStatusCode.InvalidQueueIdentifier;
        if (core.Queues.Completion(completionsId) is not { } completions)
            return NvmeStatusCode.CompletionQueueInvalid;
        if (!core.Registers.HasSubmissionEntrySize || !IsValidSize(in command))
            return NvmeStatusCode.InvalidQueueSize;
        if ((command.Dword11 & PhysicallyContiguous) == 0)
            return NvmeStatusCode.InvalidField;
        if (!IsPageAligned(in command))
            return NvmeStatusCode.PrpOffsetInvalid;

        var scratch = new CommandScratch(core.Options.MaximumTransferBytes);
        core.Queues.Add(new SubmissionQueue(core.Engine, $"{core.Port.Name}.sq{id}", (ushort)id, command.Prp1, Entries(in command), completions, scratch));
        return NvmeStatusCode.Success;
    }

    public NvmeStatusCode DeleteCompletionQueue(in NvmeCommand command)
    {
        var id = (int)(command.Dword10 & 0xffff);
        if (id == 0 || core.Queues.Completion(id) is not { } queue)
            return NvmeStatusCode.InvalidQueueIdentifier;
        if (queue.HasUsers)
            return NvmeStatusCode.InvalidQueueDeletion;
        core.Queues.Remove(queue);
        return NvmeStatusCode.Success;
    }

    public NvmeStatusCode DeleteSubmissionQueue(in NvmeCommand command)
    {
        var id = (int)(command.Dword10 & 0xffff);
        if (id == 0 || core.Queues.Submission(id) is not { } queue)
            return NvmeStatusCode.InvalidQueueIdentifier;
        // Commands rung in and not yet fetched end like the others.
        if (!queue.TryFetch(core.Memory))
            core.Port.ReportFatal();
        queue.Close();
        AbortAll(queue);
        core.Queues.Remove(queue);
        core.Statistics.CommandsGone(queue.Discard());
        return NvmeStatusCode.Success;
    }

    private void AbortAll(SubmissionQueue queue)
    {
        // Where the completion queue is full the rest vanishes; the driver learns from the deletion's own completion that they are gone.
        while (queue.Completions.TryReserve(queue))
        {
            if (!queue.TryTakeOutAny(out var commandId))
            {
                queue.Completions.CancelReservation();
                return;
            }

            core.Statistics.CommandsGone(1);
            core.Engine.Complete(queue, commandId, NvmeStatusCode.AbortedByQueueDeletion);
        }
    }

    private static int Entries(in NvmeCommand command) => (int)(command.Dword10 >> 16) + 1;

    private bool IsValidSize(in NvmeCommand command) => Entries(in command) >= 2 && Entries(in command) <= core.Options.QueueEntries;

    private bool IsPageAligned(in NvmeCommand command) => (command.Prp1.Value & (core.Registers.PageBytes - 1)) == 0;
}
