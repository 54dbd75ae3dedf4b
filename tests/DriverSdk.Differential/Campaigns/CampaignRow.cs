using System.Globalization;

namespace DriverSdk.Differential.Campaigns;

/// <summary>The last run of one command against one machine, as a row of the page.</summary>
/// <param name="Command">What was run.</param>
/// <param name="Machine">Against what.</param>
/// <param name="Commit">On which commit.</param>
/// <param name="Seed">The first seed.</param>
/// <param name="Count">Trees, sequences or rounds done.</param>
/// <param name="Requests">Requests or inputs among them.</param>
/// <param name="Found">What differed or broke.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record CampaignRow(string Command, string Machine, string Commit, int Seed, long Count, long Requests, int Found, TimeSpan Duration)
{
    /// <summary>What tells rows apart: the latest run of a command against a machine replaces the one before.</summary>
    public string Key => $"| {Command} | {Machine} |";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key} {Commit} | {Seed} | {Count} | {Requests} | {Found} | {Duration.TotalSeconds:0} s |");
}
