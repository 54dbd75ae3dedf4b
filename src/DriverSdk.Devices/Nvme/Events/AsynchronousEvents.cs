using DriverSdk.Devices.Nvme.Commands;
using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Devices.Nvme.Queues;

namespace DriverSdk.Devices.Nvme.Events;

/// <summary>Events waiting for a request, and requests waiting for an event.</summary>
/// <remarks>After an event is delivered, more of its type wait until the driver has read the log page it names.</remarks>
internal sealed class AsynchronousEvents(NvmeCore core)
{
    /// <summary>Requests outstanding at once (AERL plus one).</summary>
    public const int RequestLimit = 4;

    private const uint ErrorEventType = 0;

    private readonly Lock _lock = new();
    private readonly Queue<ushort> _requests = new();
    private readonly Queue<DoorbellError> _pending = new();
    private bool _isErrorMasked;

    /// <summary>Takes a request; it completes when an event comes.</summary>
    public CommandOutcome Request(ushort commandId)
    {
        lock (_lock)
        {
            if (_requests.Count == RequestLimit)
                return NvmeStatusCode.AsynchronousEventLimitExceeded;
            _requests.Enqueue(commandId);
            return CommandOutcome.Pending;
        }
    }

    /// <summary>Takes a request back, for Abort.</summary>
    public bool TryTakeOut(ushort commandId)
    {
        lock (_lock)
        {
            if (!_requests.Contains(commandId))
                return false;
            for (var left = _requests.Count; left > 0; left--)
            {
                if (_requests.Dequeue() is var other && other != commandId)
                    _requests.Enqueue(other);
            }

            return true;
        }
    }

    /// <summary>Notes an error event and has it delivered by the admin queue's work. Equal events that wait are one.</summary>
    public void Report(DoorbellError error)
    {
        core.Errors.Add();
        lock (_lock)
        {
            if (!_pending.Contains(error))
                _pending.Enqueue(error);
        }

        if (core.Queues.Admin is { } admin)
            core.Port.Timeline.Post(admin);
    }

    /// <summary>The driver has read a log page: events of its type may come again.</summary>
    public void LogPageRead(LogPageId page)
    {
        lock (_lock)
            _isErrorMasked &= page != LogPageId.ErrorInformation;
    }

    /// <summary>Completes requests with waiting events, as far as the admin completion queue has room.</summary>
    public void Deliver(SubmissionQueue admin)
    {
        while (TryMatch(admin, out var commandId, out var error))
        {
            admin.ReleaseId(commandId);
            core.Engine.Complete(admin, commandId, new CommandOutcome(NvmeStatusCode.Success, Describe(error)));
        }
    }

    /// <summary>Forgets everything, at a reset.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
            _pending.Clear();
            _isErrorMasked = false;
        }
    }

    private static uint Describe(DoorbellError error) => ErrorEventType | ((uint)error << 8) | ((uint)LogPageId.ErrorInformation << 16);

    private bool TryMatch(SubmissionQueue admin, out ushort commandId, out DoorbellError error)
    {
        lock (_lock)
        {
            commandId = 0;
            error = default;
            if (_requests.Count == 0 || _pending.Count == 0 || _isErrorMasked || !admin.Completions.TryReserve(admin))
                return false;
            commandId = _requests.Dequeue();
            error = _pending.Dequeue();
            _isErrorMasked = true;
            return true;
        }
    }
}
