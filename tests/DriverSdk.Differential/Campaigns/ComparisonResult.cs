namespace DriverSdk.Differential.Campaigns;

/// <summary>What a comparison did.</summary>
/// <param name="Count">Trees or sequences.</param>
/// <param name="Requests">Requests made.</param>
/// <param name="Differences">What differed, one sentence each.</param>
internal sealed record ComparisonResult(int Count, long Requests, IReadOnlyList<string> Differences);
