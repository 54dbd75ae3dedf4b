namespace DriverSdk.Differential.Campaigns;

/// <summary>How a comparison is run.</summary>
/// <param name="Root">The repository.</param>
/// <param name="Against">Which machine.</param>
/// <param name="Seed">The first seed.</param>
/// <param name="Count">How many trees or sequences.</param>
/// <param name="Limit">After which it stops.</param>
internal sealed record ComparisonOptions(string Root, string Against, int Seed, int Count, TimeSpan Limit);
