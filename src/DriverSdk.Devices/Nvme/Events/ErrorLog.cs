using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Events;

/// <summary>The Error Information log: the newest errors, each with its number.</summary>
internal sealed class ErrorLog
{
    /// <summary>Entries kept (ELPE plus one); together they fill one page.</summary>
    public const int Entries = 64;

    private const ushort NotOfACommand = 0xffff;
    private const ushort NoParameter = 0xffff;

    private readonly Lock _lock = new();
    private readonly ErrorLogEntry[] _newest = new ErrorLogEntry[Entries];
    private ulong _count;

    /// <summary>Entries ever made.</summary>
    public ulong Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Whether a status is an error worth an entry; what the driver itself asked to be aborted is not.</summary>
    public static bool Wants(NvmeStatusCode status) =>
        status is not (NvmeStatusCode.Success or NvmeStatusCode.AbortRequested or NvmeStatusCode.AbortedByQueueDeletion);

    /// <summary>Adds an error of a command.</summary>
    public void Add(ushort queueId, in NvmeCommand command, NvmeStatus status) =>
        Add(new ErrorLogEntry
        {
            SubmissionQueueId = queueId,
            CommandId = command.CommandId,
            StatusAndPhase = (ushort)(status.Value << 1),
            ParameterLocation = NoParameter,
            StartBlock = queueId == 0 ? 0 : command.StartBlock,
            NamespaceId = command.NamespaceId,
        });

    /// <summary>Adds an error that belongs to no command, such as a bad doorbell.</summary>
    public void Add() =>
        Add(new ErrorLogEntry { SubmissionQueueId = NotOfACommand, CommandId = NotOfACommand, ParameterLocation = NoParameter });

    /// <summary>Copies the log, newest first.</summary>
    public void CopyTo(Span<ErrorLogEntry> target)
    {
        lock (_lock)
        {
            for (var i = 0; i < Entries; i++)
                target[i] = (ulong)i < _count ? _newest[(int)((_count - 1 - (ulong)i) % Entries)] : default;
        }
    }

    private void Add(ErrorLogEntry entry)
    {
        lock (_lock)
        {
            entry.ErrorCount = _count + 1;
            _newest[(int)(_count % Entries)] = entry;
            _count++;
        }
    }
}
