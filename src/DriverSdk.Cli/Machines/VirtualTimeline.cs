using DriverSdk.Contract.Ports;

namespace DriverSdk.Cli.Machines;

/// <summary>Devices' time when a client is in charge of it: it stands still until the client moves it.</summary>
/// <remarks>
/// Posted work runs in the order of posting once the access that posted it has ended; delayed work runs when time reaches its deadline, earlier deadlines first and equal ones in
/// the order of posting. A device that posts itself without end is stopped after <see cref="MostRuns"/> pieces and goes on with the next request, so no request hangs.
/// </remarks>
internal sealed class VirtualTimeline : IDeviceTimeline
{
    /// <summary>Pieces of work that one request runs at most.</summary>
    public const int MostRuns = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Queue<IDeviceWork> _due = new();
    private readonly HashSet<IDeviceWork> _waiting = new(ReferenceEqualityComparer.Instance);
    private readonly PriorityQueue<IDeviceWork, (long Deadline, long Order)> _later = new();
    private long _order;
    private long _now;

    /// <inheritdoc/>
    public long NowNanoseconds => Volatile.Read(ref _now);

    /// <summary>When the next delayed work is due, in nanoseconds; null when none is.</summary>
    public long? NextDeadline
    {
        get
        {
            lock (_lock)
                return _later.TryPeek(out _, out var when) ? when.Deadline : null;
        }
    }

    /// <inheritdoc/>
    public void Post(IDeviceWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_lock)
        {
            if (_waiting.Add(work))
                _due.Enqueue(work);
        }
    }

    /// <inheritdoc/>
    public void PostAfter(IDeviceWork work, long delayNanoseconds)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfNegative(delayNanoseconds);
        lock (_lock)
            _later.Enqueue(work, (delayNanoseconds > long.MaxValue - _now ? long.MaxValue : _now + delayNanoseconds, _order++));
    }

    /// <summary>Runs what is due without moving time.</summary>
    public void RunDue()
    {
        // Nearly every request ends here: one look, no lock.
        if (_due.Count == 0 && (_later.Count == 0 || NextDeadline > NowNanoseconds))
            return;
        AdvanceTo(NowNanoseconds);
    }

    /// <summary>Moves time forward to <paramref name="targetNanoseconds"/> and runs what becomes due, each piece at its own time. Time never goes back.</summary>
    /// <returns>The time that was reached: less than asked for only when devices posted work without end.</returns>
    public long AdvanceTo(long targetNanoseconds)
    {
        for (var runs = 0; runs < MostRuns; runs++)
        {
            if (!TryTake(targetNanoseconds, out var work))
                return NowNanoseconds;
            work.Run();
        }

        return NowNanoseconds;
    }

    private bool TryTake(long target, out IDeviceWork work)
    {
        lock (_lock)
        {
            if (_due.TryDequeue(out work!))
            {
                _waiting.Remove(work);
                return true;
            }

            if (_later.TryPeek(out work!, out var when) && when.Deadline <= Math.Max(target, _now))
            {
                _later.Dequeue();
                _now = Math.Max(_now, when.Deadline);
                return true;
            }

            _now = Math.Max(_now, target);
            return false;
        }
    }
}
