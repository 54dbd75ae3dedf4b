using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;

namespace NvmeDisk.Driver;

/// <summary>One command on its way through a queue; kept by its sender and used again, so that sending allocates nothing.</summary>
internal sealed class NvmeRequest
{
    /// <summary>What to send; the queue fills in the command id and the data pointers.</summary>
    public NvmeCommand Command;

    /// <summary>The data, or the null buffer for a command without any.</summary>
    public KernelBuffer Data { get; set; }

    /// <summary>Which way the data goes.</summary>
    public DmaDirection Direction { get; set; }

    /// <summary>Completed when <see cref="Status"/> and <see cref="Result"/> are final and the data is unmapped.</summary>
    public Completion Done { get; } = new("nvme.request");

    /// <summary>How the command ended.</summary>
    public NvmeStatus Status { get; set; }

    /// <summary>Dword 0 of the completion.</summary>
    public uint Result { get; set; }

    // What follows belongs to the queue that carries the request.
    internal DmaHandle Mapping { get; set; }

    internal TimeSpan Deadline { get; set; }

    internal bool AbortSent { get; set; }

    internal int RetryCount { get; set; }

    internal int Tag { get; set; } = -1;

    /// <summary>Makes the request ready to be sent again.</summary>
    public void Prepare(in NvmeCommand command, KernelBuffer data, DmaDirection direction)
    {
        Command = command;
        Data = data;
        Direction = direction;
        Status = default;
        Result = 0;
        AbortSent = false;
        RetryCount = 0;
        Done.Reinitialize();
    }
}
