using DriverSdk.Devices.Nvme.Events;
using DriverSdk.Devices.Nvme.Queues;

namespace DriverSdk.Devices.Nvme;

/// <summary>What a doorbell write does. Any CPU may ring, several at once.</summary>
internal sealed class NvmeDoorbells(NvmeLifecycle lifecycle, NvmeInterrupts interrupts)
{
    private readonly NvmeCore _core = lifecycle.Core;

    /// <summary>A driver has put commands into a submission queue.</summary>
    public void RingSubmission(int id, uint tail)
    {
        if (!lifecycle.IsReady)
            return;
        if (_core.Queues.Submission(id) is not { } queue)
        {
            _core.Events.Report(DoorbellError.InvalidRegister);
            return;
        }

        if (queue.Ring(tail, _core.Statistics, out var depth) == DoorbellVerdict.InvalidValue)
        {
            _core.Events.Report(DoorbellError.InvalidValue);
            return;
        }

        if (!queue.IsAdmin)
            _core.Statistics.QueueDepthSeen(depth);
        _core.Port.Timeline.Post(queue);
    }

    /// <summary>A driver has taken entries from a completion queue.</summary>
    public void RingCompletion(int id, uint head)
    {
        if (!lifecycle.IsReady)
            return;
        if (_core.Queues.Completion(id) is not { } queue)
        {
            _core.Events.Report(DoorbellError.InvalidRegister);
            return;
        }

        if (queue.Ring(head) == DoorbellVerdict.InvalidValue)
        {
            _core.Events.Report(DoorbellError.InvalidValue);
            return;
        }

        interrupts.EntriesTaken();
        queue.WakeUsers(_core.Port);
    }
}
