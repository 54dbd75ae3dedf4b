using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>A completion queue in the driver's memory. Several submission queues may share it.</summary>
/// <remarks>
/// A slot is reserved before a command starts, so that a finished command always has a place to go and a full queue stalls its submission queues instead of
/// overwriting entries.
/// </remarks>
internal sealed class CompletionQueue(ushort id, Iova start, int entries, int? vector)
{
    private const int EntryBytes = 16;

    private readonly Lock _lock = new();
    private SubmissionQueue[] _users = [];
    private int _head;
    private int _tail;
    private int _reserved;
    private int _phase = 1;

    public ushort Id => id;

    /// <summary>The interrupt vector, or null when the driver polls.</summary>
    public int? Vector => vector;

    /// <summary>Whether submission queues use this queue.</summary>
    public bool HasUsers => _users.Length > 0;

    /// <summary>Whether the driver has not yet taken every entry.</summary>
    public bool HasEntries
    {
        get
        {
            lock (_lock)
                return _head != _tail;
        }
    }

    public void AddUser(SubmissionQueue user) => _users = [.. _users, user];

    public void RemoveUser(SubmissionQueue user) => _users = [.. _users.Where(other => other != user)];

    /// <summary>Sets a slot aside; false when the queue is full, and then the queue remembers that <paramref name="user"/> waits.</summary>
    public bool TryReserve(SubmissionQueue user)
    {
        lock (_lock)
        {
            if (Distance(_head, _tail) + _reserved >= entries - 1)
            {
                user.WaitForCompletionSlot();
                return false;
            }

            _reserved++;
            return true;
        }
    }

    /// <summary>Gives a slot back unused.</summary>
    public void CancelReservation()
    {
        lock (_lock)
            _reserved--;
    }

    /// <summary>Writes an entry into a slot reserved before; false when the queue's memory cannot be reached.</summary>
    public bool TryPost(NvmeMemory memory, NvmeCompletion entry)
    {
        lock (_lock)
        {
            _reserved--;
            entry.StatusAndPhase = (ushort)((entry.StatusAndPhase & ~1) | _phase);
            if (!memory.TryWriteCompletion(NvmeMemory.Offset(start, (ulong)_tail * EntryBytes), in entry))
                return false;
            if (++_tail == entries)
            {
                _tail = 0;
                _phase ^= 1;
            }

            return true;
        }
    }

    /// <summary>Takes the driver's new head; the caller then wakes the queue's users.</summary>
    public DoorbellVerdict Ring(uint head)
    {
        lock (_lock)
        {
            if (head >= (uint)entries || head == (uint)_head || Distance(_head, (int)head) > Distance(_head, _tail))
                return DoorbellVerdict.InvalidValue;
            _head = (int)head;
            return DoorbellVerdict.Accepted;
        }
    }

    /// <summary>Posts the work of every submission queue that found this queue full.</summary>
    public void WakeUsers(INvmePort port)
    {
        foreach (var user in _users)
        {
            if (user.StopWaitingForCompletionSlot())
                port.Timeline.Post(user);
        }
    }

    private int Distance(int from, int to) => to >= from ? to - from : to - from + entries;
}
