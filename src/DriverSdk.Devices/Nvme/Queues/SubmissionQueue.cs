using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;
using DriverSdk.Devices.Nvme.Commands;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>A submission queue: the driver's ring in memory, and the device's copy of what it has fetched and not finished.</summary>
/// <remarks>
/// The copy has the ring's size and keeps each command in the slot it came from. Going around the ring stand, in this order: the oldest unfinished command, the
/// head (fetched up to here), the tail (rung in up to here). The lock covers the bookkeeping only, never a command's execution.
/// </remarks>
internal sealed class SubmissionQueue : IDeviceWork
{
    private readonly Lock _lock = new();
    private readonly QueueEngine _engine;
    private readonly Iova _start;
    private readonly NvmeCommand[] _commands;
    private readonly SlotState[] _states;
    private readonly CommandIdSet _ids = new();
    private int _oldest;
    private int _head;
    private int _tail;
    private int _isWaiting;
    private int _runs;
    private volatile bool _isStalled;
    private volatile bool _isClosed;

    public SubmissionQueue(QueueEngine engine, string name, ushort id, Iova start, int entries, CompletionQueue completions, CommandScratch scratch)
    {
        _engine = engine;
        _start = start;
        _commands = new NvmeCommand[entries];
        _states = new SlotState[entries];
        Name = name;
        Id = id;
        Completions = completions;
        Scratch = scratch;
    }

    /// <inheritdoc/>
    public string Name { get; }

    public ushort Id { get; }

    public CompletionQueue Completions { get; }

    /// <summary>Working memory for the one command that executes; so commands allocate nothing.</summary>
    public CommandScratch Scratch { get; }

    public bool IsAdmin => Id == 0;

    /// <summary>How far the ring is fetched, as completions report it.</summary>
    public ushort Head => (ushort)Volatile.Read(ref _head);

    /// <summary>While set, commands are fetched and stay outstanding.</summary>
    public bool IsStalled
    {
        get => _isStalled;
        set => _isStalled = value;
    }

    /// <inheritdoc/>
    /// <remarks>A second caller only asks the first to go round once more, so two doorbells at once never execute one queue twice.</remarks>
    public void Run()
    {
        if (Interlocked.Increment(ref _runs) != 1)
            return;
        int seen;
        do
        {
            seen = Volatile.Read(ref _runs);
            _engine.Run(this);
        }
        while (Interlocked.Add(ref _runs, -seen) != 0);
    }

    /// <summary>Takes the driver's new tail, and reports how many commands are now outstanding.</summary>
    public DoorbellVerdict Ring(uint tail, NvmeStatistics statistics, out int depth)
    {
        lock (_lock)
        {
            depth = 0;
            if (tail >= (uint)_commands.Length || tail == (uint)_tail)
                return DoorbellVerdict.InvalidValue;
            if (_isClosed)
                return DoorbellVerdict.Accepted;
            // Counted before it can be fetched, so that no command goes before it has come.
            if (!IsAdmin)
                statistics.CommandsRungIn(Distance(_tail, (int)tail));
            _tail = (int)tail;
            depth = Distance(_oldest, _tail);
            return DoorbellVerdict.Accepted;
        }
    }

    /// <summary>Copies every command that was rung in; false when the queue's memory cannot be reached.</summary>
    public bool TryFetch(NvmeMemory memory)
    {
        lock (_lock)
        {
            // A driver that learns the head from one completion may reuse slots whose old commands still wait here: those come later.
            var free = _commands.Length - 1 - Distance(_oldest, _head);
            while (_head != _tail && free > 0 && !_isClosed)
            {
                var count = Math.Min((_tail > _head ? _tail : _commands.Length) - _head, free);
                var copy = _commands.AsSpan(_head, count);
                if (!memory.TryRead(NvmeMemory.Offset(_start, (ulong)_head * 64), MemoryMarshal.AsBytes(copy)))
                    return false;
                for (var i = 0; i < count; i++)
                    _states[_head + i] = _ids.TryAdd(copy[i].CommandId) ? SlotState.Waiting : SlotState.Conflicting;
                free -= count;
                Volatile.Write(ref _head, (_head + count) % _commands.Length);
            }

            return true;
        }
    }

    /// <summary>Starts the oldest waiting command, if there is one, it is not held back, and its completion has a place to go.</summary>
    public bool TryStart(out int slot, out NvmeCommand command, out SlotState state)
    {
        lock (_lock)
        {
            SkipGone();
            slot = _oldest;
            command = _commands[slot];
            state = _states[slot];
            if (_oldest == _head || _isStalled || _isClosed || !Completions.TryReserve(this))
                return false;
            _states[slot] = SlotState.Executing;
            return true;
        }
    }

    /// <summary>Ends the command that <see cref="TryStart"/> gave.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="state">What <see cref="TryStart"/> said about it.</param>
    /// <param name="outcome">How it ended; a pending command keeps its id.</param>
    public void Finish(int slot, SlotState state, in CommandOutcome outcome)
    {
        lock (_lock)
        {
            if (state == SlotState.Waiting && !outcome.IsPending)
                _ids.Remove(_commands[slot].CommandId);
            _states[slot] = SlotState.Gone;
            SkipGone();
        }
    }

    /// <summary>Takes a waiting command out of the queue.</summary>
    public bool TryTakeOut(ushort commandId)
    {
        lock (_lock)
        {
            for (var slot = _oldest; slot != _head; slot = Next(slot))
            {
                if (_states[slot] != SlotState.Waiting || _commands[slot].CommandId != commandId)
                    continue;
                TakeOut(slot);
                return true;
            }

            return false;
        }
    }

    /// <summary>Takes any waiting command out of the queue, oldest first.</summary>
    public bool TryTakeOutAny(out ushort commandId)
    {
        lock (_lock)
        {
            for (var slot = _oldest; slot != _head; slot = Next(slot))
            {
                if (_states[slot] is not (SlotState.Waiting or SlotState.Conflicting))
                    continue;
                commandId = _commands[slot].CommandId;
                TakeOut(slot);
                return true;
            }

            commandId = 0;
            return false;
        }
    }

    /// <summary>Frees the id of a command that was pending.</summary>
    public void ReleaseId(ushort commandId)
    {
        lock (_lock)
            _ids.Remove(commandId);
    }

    /// <summary>Starts nothing any more, and waits until the command that executes now, if any, has ended.</summary>
    public void Close()
    {
        _isClosed = true;
        var spin = default(SpinWait);
        while (IsExecuting())
            spin.SpinOnce(sleep1Threshold: -1);
    }

    /// <summary>Forgets every command that has not ended, at a reset; nobody is inside any more.</summary>
    /// <returns>How many there were.</returns>
    public int Discard()
    {
        lock (_lock)
        {
            _isClosed = true;
            var forgotten = _states.Length - _states.AsSpan().Count(SlotState.Gone) + Distance(_head, _tail);
            Array.Clear(_states);
            _oldest = _head = _tail;
            return forgotten;
        }
    }

    public void WaitForCompletionSlot() => Volatile.Write(ref _isWaiting, 1);

    public bool StopWaitingForCompletionSlot() => Interlocked.Exchange(ref _isWaiting, 0) == 1;

    private bool IsExecuting()
    {
        lock (_lock)
            return _oldest != _head && _states[_oldest] == SlotState.Executing;
    }

    private void TakeOut(int slot)
    {
        if (_states[slot] == SlotState.Waiting)
            _ids.Remove(_commands[slot].CommandId);
        _states[slot] = SlotState.Gone;
        SkipGone();
    }

    private void SkipGone()
    {
        while (_oldest != _head && _states[_oldest] == SlotState.Gone)
            _oldest = Next(_oldest);
    }

    private int Next(int slot) => slot + 1 == _commands.Length ? 0 : slot + 1;

    private int Distance(int from, int to) => to >= from ? to - from : to - from + _commands.Length;
}
