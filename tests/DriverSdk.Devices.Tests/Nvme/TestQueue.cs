using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>A driver's side of one submission queue and its completion queue.</summary>
internal sealed class TestQueue(TestBoard board, int id, int submissionEntries, int completionEntries, int strideBytes = 4)
{
    private readonly int _strideBytes = strideBytes;
    private int _tail;
    private int _head;
    private int _phase = 1;

    public int Id { get; } = id;

    public ulong Submissions { get; } = board.Allocate(submissionEntries * 64);

    public ulong Completions { get; } = board.Allocate(completionEntries * 16);

    /// <summary>Completions of another queue arrive here when it shares this one's completion queue.</summary>
    public int CompletionQueueId { get; init; } = id;

    public int Tail => _tail;

    public int Head => _head;

    public void Put(NvmeCommand command)
    {
        board.WriteMemory(Submissions + ((ulong)_tail * 64), command);
        _tail = (_tail + 1) % submissionEntries;
    }

    public void RingTail() => RingTail((uint)_tail);

    public void RingTail(uint value) => board.Write32(0x1000 + (2 * Id * _strideBytes), value);

    public void RingHead() => RingHead((uint)_head);

    public void RingHead(uint value) => board.Write32(0x1000 + (((2 * CompletionQueueId) + 1) * _strideBytes), value);

    /// <summary>Takes the next completion without telling the controller.</summary>
    public bool TryTake(out NvmeCompletion completion)
    {
        completion = board.ReadMemory<NvmeCompletion>(Completions + ((ulong)_head * 16));
        if (completion.Phase != _phase)
            return false;
        if (++_head == completionEntries)
        {
            _head = 0;
            _phase ^= 1;
        }

        return true;
    }

    /// <summary>Takes every completion there is, then rings the head once.</summary>
    public List<NvmeCompletion> TakeAll()
    {
        var completions = new List<NvmeCompletion>();
        while (TryTake(out var completion))
            completions.Add(completion);
        if (completions.Count > 0)
            RingHead();
        return completions;
    }

    /// <summary>One command, one completion.</summary>
    public NvmeCompletion Run(NvmeCommand command)
    {
        Put(command);
        RingTail();
        Assert.IsTrue(TryTake(out var completion), $"Command {command.CommandId} with opcode 0x{command.Opcode:x2} has no completion.");
        RingHead();
        Assert.AreEqual(command.CommandId, completion.CommandId);
        Assert.AreEqual(Id, completion.SubmissionQueueId);
        return completion;
    }
}
