using System.Globalization;
using System.Text;

namespace DriverSdk.PlantedDefects;

/// <summary>The page that says what the last full campaign found.</summary>
internal static class CampaignRecord
{
    public const string Page = "tests/Campaigns/planted-defects.md";
    private static readonly TimeSpan GitLimit = TimeSpan.FromSeconds(30);

    /// <summary>The commit that stands there now, and whether something was changed since; asked when the tree is copied, because the work goes on meanwhile.</summary>
    public static string Commit(string root)
    {
        var commit = Tool.Run("git", root, GitLimit, "rev-parse", "--short=12", "HEAD");
        var changes = Tool.Run("git", root, GitLimit, "status", "--porcelain");
        if (!commit.Succeeded)
            return "(no git)";
        return commit.Output.Trim() + (changes.Output.Trim().Length == 0 ? "" : " with uncommitted changes");
    }

    public static void Write(string root, string commit, IReadOnlyList<DefectResult> results, TimeSpan duration)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Planted defects

            Written by `dotnet run --project tests/DriverSdk.PlantedDefects`. Each defect is planted alone; the named test must fail.

            | commit | in the list | planted | noticed | not noticed | duration |
            |---|---|---|---|---|---|
            | {commit} | {PlantedDefectList.All.Count} | {results.Count} | {results.Count(result => result.IsNoticed)} | {results.Count(result => !result.IsNoticed)} | {duration.TotalSeconds:0} s |

            | defect | file | test | outcome | seconds |
            |---|---|---|---|---|

            """);
        foreach (var result in results)
            text.Append(CultureInfo.InvariantCulture, $"| {result.Defect.Name} | `{result.Defect.File}` | `{result.Defect.Filter.Replace("|", "\\|", StringComparison.Ordinal)}` | {result.Outcome} | {result.Duration.TotalSeconds:0.0} |\n");
        var path = Path.Combine(root, Page);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.Replace("\r\n", "\n").ToString());
    }
}
