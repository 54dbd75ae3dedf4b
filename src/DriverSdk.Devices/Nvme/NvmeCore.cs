using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Commands;
using DriverSdk.Devices.Nvme.Events;
using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Devices.Nvme.Queues;

namespace DriverSdk.Devices.Nvme;

/// <summary>The parts of one controller, as they know each other.</summary>
internal sealed class NvmeCore
{
    /// <summary>The only namespace.</summary>
    public const uint NamespaceId = 1;

    /// <summary>The namespace id that means all of them.</summary>
    public const uint AllNamespaces = 0xffffffff;

    public NvmeCore(INvmePort port, INvmeBackend backend, NvmeControllerOptions options, Action drained)
    {
        Port = port;
        Backend = backend;
        Options = options;
        Registers = new NvmeRegisters(options);
        Gate = new RunGate(drained);
        Memory = new NvmeMemory(port, Statistics);
        Prps = new PrpWalker(Memory);
        Queues = new QueueSet(options);
        Features = new FeatureStore(options);
        Events = new AsynchronousEvents(this);
        Engine = new QueueEngine(this);
    }

    public INvmePort Port { get; }

    public INvmeBackend Backend { get; }

    public NvmeControllerOptions Options { get; }

    public NvmeStatistics Statistics { get; } = new();

    public NvmeRegisters Registers { get; }

    public RunGate Gate { get; }

    public NvmeMemory Memory { get; }

    public PrpWalker Prps { get; }

    public QueueSet Queues { get; }

    public FeatureStore Features { get; }

    public ErrorLog Errors { get; } = new();

    public AsynchronousEvents Events { get; }

    public QueueEngine Engine { get; }

    /// <summary>Brings a structure in from a command's data buffer.</summary>
    public NvmeStatusCode ReadData(in NvmeCommand command, CommandScratch scratch, Span<byte> destination)
    {
        var status = Prps.Resolve(in command, (ulong)destination.Length, Registers.PageBytes, scratch);
        if (status != NvmeStatusCode.Success)
            return status;
        foreach (ref readonly var segment in scratch.Data.Segments)
        {
            if (!Memory.TryRead(segment.Start, destination[..(int)segment.LengthBytes]))
                return NvmeStatusCode.DataTransferError;
            destination = destination[(int)segment.LengthBytes..];
        }

        return NvmeStatusCode.Success;
    }

    /// <summary>Hands a structure out into a command's data buffer.</summary>
    public NvmeStatusCode WriteData(in NvmeCommand command, CommandScratch scratch, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
            return NvmeStatusCode.Success;
        var status = Prps.Resolve(in command, (ulong)source.Length, Registers.PageBytes, scratch);
        if (status != NvmeStatusCode.Success)
            return status;
        foreach (ref readonly var segment in scratch.Data.Segments)
        {
            if (!Memory.TryWrite(segment.Start, source[..(int)segment.LengthBytes]))
                return NvmeStatusCode.DataTransferError;
            source = source[(int)segment.LengthBytes..];
        }

        return NvmeStatusCode.Success;
    }
}
