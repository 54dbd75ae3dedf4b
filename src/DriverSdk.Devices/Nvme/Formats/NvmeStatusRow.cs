namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>All facts about one status.</summary>
/// <param name="Code">The status code with its type.</param>
/// <param name="Retry">What the controller puts into the Do Not Retry bit.</param>
/// <param name="Meaning">One clause for traces and messages.</param>
public sealed record NvmeStatusRow(NvmeStatusCode Code, NvmeRetry Retry, string Meaning);
