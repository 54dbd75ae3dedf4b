using DriverSdk.Sanitizer;

namespace DriverSdk.Benchmarks;

/// <summary>What a benchmark wants of the machine it reads a disk through.</summary>
internal sealed record NvmeRigOptions
{
    /// <summary>Commands kept in flight.</summary>
    public required int DepthCommands { get; init; }

    /// <summary>Bytes of each command.</summary>
    public required int CommandBytes { get; init; }

    /// <summary>What the sanitizer watches.</summary>
    public DmaChecks Checks { get; init; } = DmaChecks.Exact;
}
