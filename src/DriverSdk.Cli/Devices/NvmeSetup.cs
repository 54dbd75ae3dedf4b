using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;

namespace DriverSdk.Cli.Devices;

/// <summary>What the keys of an NVMe device describe.</summary>
internal sealed record NvmeSetup
{
    /// <summary>Size of a namespace kept in the host's memory, in bytes.</summary>
    public ulong SizeBytes { get; init; } = 64UL << 20;

    /// <summary>Path of a file that holds the namespace, or null for memory.</summary>
    public string? File { get; init; }

    /// <summary>Whether the namespace may be written.</summary>
    public BackendAccess Access { get; init; } = BackendAccess.ReadWrite;

    /// <summary>Bytes of a block.</summary>
    public int BlockBytes { get; init; } = 512;

    /// <summary>The controller's options.</summary>
    public NvmeControllerOptions Controller { get; init; } = new();
}
