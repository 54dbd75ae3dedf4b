using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>How a command ended, or that it has not yet.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Result">Dword 0 of its completion.</param>
internal readonly record struct CommandOutcome(NvmeStatusCode Status, uint Result = 0)
{
    private const NvmeStatusCode PendingMark = (NvmeStatusCode)0xffff;

    /// <summary>The command completes later.</summary>
    public static CommandOutcome Pending => new(PendingMark);

    public bool IsPending => Status == PendingMark;

    public static implicit operator CommandOutcome(NvmeStatusCode status) => new(status);
}
