namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>The queues that exist, by id. The admin queue's work creates and deletes; doorbells only look up.</summary>
internal sealed class QueueSet
{
    private readonly SubmissionQueue?[] _submissions;
    private readonly CompletionQueue?[] _completions;

    public QueueSet(NvmeControllerOptions options)
    {
        _submissions = new SubmissionQueue?[options.IoQueuePairs + 1];
        _completions = new CompletionQueue?[options.IoQueuePairs + 1];
    }

    /// <summary>Ids that can exist, the admin queue's included.</summary>
    public int Count => _submissions.Length;

    public SubmissionQueue? Admin => Submission(0);

    /// <summary>Whether any I/O queue exists.</summary>
    public bool HasIoQueues => _submissions.AsSpan(1).ContainsAnyExcept([null]) || _completions.AsSpan(1).ContainsAnyExcept([null]);

    public SubmissionQueue? Submission(int id) => (uint)id < (uint)_submissions.Length ? Volatile.Read(ref _submissions[id]) : null;

    public CompletionQueue? Completion(int id) => (uint)id < (uint)_completions.Length ? Volatile.Read(ref _completions[id]) : null;

    public void Add(CompletionQueue queue) => Volatile.Write(ref _completions[queue.Id], queue);

    public void Add(SubmissionQueue queue)
    {
        queue.Completions.AddUser(queue);
        Volatile.Write(ref _submissions[queue.Id], queue);
    }

    public void Remove(CompletionQueue queue) => Volatile.Write(ref _completions[queue.Id], null);

    public void Remove(SubmissionQueue queue)
    {
        Volatile.Write(ref _submissions[queue.Id], null);
        queue.Completions.RemoveUser(queue);
    }

    /// <summary>Whether a completion queue with this vector holds entries that the driver has not taken.</summary>
    public bool HasEntriesFor(int vector)
    {
        for (var id = 0; id < _completions.Length; id++)
        {
            if (Completion(id) is { } queue && queue.Vector == vector && queue.HasEntries)
                return true;
        }

        return false;
    }

    /// <summary>Forgets every queue and every command in them, at a reset.</summary>
    public void Clear(NvmeStatistics statistics)
    {
        for (var id = 0; id < _submissions.Length; id++)
        {
            if (Submission(id) is { } queue)
            {
                var forgotten = queue.Discard();
                statistics.CommandsGone(queue.IsAdmin ? 0 : forgotten);
            }

            Volatile.Write(ref _submissions[id], null);
            Volatile.Write(ref _completions[id], null);
        }
    }
}
