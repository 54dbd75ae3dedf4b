using Spectre.Console;

namespace BugsAndReports;

/// <summary>Prints one finding, or that there is none.</summary>
internal static class BugPrinter
{
    public static void Print(IAnsiConsole console, string where, string? finding)
    {
        console.MarkupLine($"[bold]{where}[/]");
        console.WriteLine(finding ?? "nothing was found: the bug would have gone unseen here");
        console.WriteLine();
    }
}
