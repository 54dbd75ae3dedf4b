using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme;

/// <summary>What a controller has done since it was made; a reset does not clear it. Any thread may read, also while the device works.</summary>
public sealed class NvmeStatistics
{
    private readonly long[] _adminCommands = new long[256];
    private readonly long[] _nvmCommands = new long[256];
    private long _outstanding;
    private long _greatestOutstanding;
    private long _greatestQueueDepth;
    private long _bytesRead;
    private long _bytesWritten;
    private long _mediumAccesses;
    private long _dmaErrors;
    private long _mediaErrors;
    private long _completions;
    private long _interrupts;
    private long _unsafeShutdowns;

    internal NvmeStatistics()
    {
    }

    /// <summary>Greatest number of commands ever outstanding at once in one I/O submission queue: rung in, not completed.</summary>
    public long GreatestQueueDepth => Volatile.Read(ref _greatestQueueDepth);

    /// <summary>Greatest number of commands ever outstanding at once over all I/O queues together: rung in, not completed.</summary>
    public long GreatestOutstanding => Volatile.Read(ref _greatestOutstanding);

    /// <summary>Commands of the I/O queues that are rung in and not completed now.</summary>
    public long Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Bytes moved from the medium to memory by Read commands.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Bytes moved from memory to the medium by Write commands.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Calls of the backend's Read and Write: one per physically contiguous run of memory.</summary>
    public long MediumAccesses => Volatile.Read(ref _mediumAccesses);

    /// <summary>DMA requests that were refused.</summary>
    public long DmaErrors => Volatile.Read(ref _dmaErrors);

    /// <summary>Commands that ended in a media error.</summary>
    public long MediaErrors => Volatile.Read(ref _mediaErrors);

    /// <summary>Completion queue entries written.</summary>
    public long Completions => Volatile.Read(ref _completions);

    /// <summary>Interrupts asked for.</summary>
    public long Interrupts => Volatile.Read(ref _interrupts);

    /// <summary>Resets that found the controller enabled and not shut down.</summary>
    public long UnsafeShutdowns => Volatile.Read(ref _unsafeShutdowns);

    /// <summary>Commands of one kind that the I/O queues started to execute.</summary>
    public long CommandsOf(NvmOpcode opcode) => Volatile.Read(ref _nvmCommands[(byte)opcode]);

    /// <summary>Commands of one kind that the admin queue started to execute.</summary>
    public long CommandsOf(AdminOpcode opcode) => Volatile.Read(ref _adminCommands[(byte)opcode]);

    internal void CountAdmin(byte opcode) => Interlocked.Increment(ref _adminCommands[opcode]);

    internal void CountNvm(byte opcode) => Interlocked.Increment(ref _nvmCommands[opcode]);

    internal void CountRead(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    internal void CountWritten(long bytes) => Interlocked.Add(ref _bytesWritten, bytes);

    internal void CountMediumAccess() => Interlocked.Increment(ref _mediumAccesses);

    internal void CountDmaError() => Interlocked.Increment(ref _dmaErrors);

    internal void CountMediaError() => Interlocked.Increment(ref _mediaErrors);

    internal void CountCompletion() => Interlocked.Increment(ref _completions);

    internal void CountInterrupt() => Interlocked.Increment(ref _interrupts);

    internal void CountUnsafeShutdown() => Interlocked.Increment(ref _unsafeShutdowns);

    internal void QueueDepthSeen(long depth) => Raise(ref _greatestQueueDepth, depth);

    internal void CommandsRungIn(int count) => Raise(ref _greatestOutstanding, Interlocked.Add(ref _outstanding, count));

    internal void CommandsGone(int count) => Interlocked.Add(ref _outstanding, -count);

    private static void Raise(ref long greatest, long value)
    {
        var seen = Volatile.Read(ref greatest);
        while (value > seen)
        {
            var found = Interlocked.CompareExchange(ref greatest, value, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }
}
