namespace DriverSdk.Differential.Campaigns;

/// <summary>The page that says what the last run of each comparison found.</summary>
internal static class CampaignPage
{
    public const string Place = "tests/Campaigns/differential.md";

    private const string Head = """
        # Differential campaigns

        Written by `dotnet run -c Release --project tests/DriverSdk.Differential -- trees|sequences|hostile`: random page-table trees, random sequences of edits, invalidations and
        requests, and random bytes. Each command replaces its own row; a difference is printed with the seed that finds it again.

        | command | machine | commit | seed | count | requests | found | duration |
        |---|---|---|---|---|---|---|---|
        """;

    /// <summary>Replaces the row of this command and machine.</summary>
    public static void Write(string root, CampaignRow row)
    {
        var path = Path.Combine(root, Place);
        var others = File.Exists(path)
            ? File.ReadAllLines(path).Where(line => line.StartsWith('|') && !line.StartsWith("| command", StringComparison.Ordinal) && !line.StartsWith("|--", StringComparison.Ordinal) && !line.StartsWith(row.Key, StringComparison.Ordinal))
            : [];
        string[] rows = [.. others.Append(row.ToString()).Order(StringComparer.Ordinal)];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"{Head.ReplaceLineEndings("\n")}\n{string.Join('\n', rows)}\n");
    }
}
