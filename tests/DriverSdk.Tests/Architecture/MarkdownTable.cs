namespace DriverSdk.Tests.Architecture;

/// <summary>Reads the rows of a table in a Markdown page.</summary>
internal static class MarkdownTable
{
    /// <summary>The rows, without head and rule, of the first table whose first heading is <paramref name="firstHeading"/>.</summary>
    public static IEnumerable<string[]> Rows(string page, string firstHeading)
    {
        var lines = page.ReplaceLineEndings("\n").Split('\n');
        var head = Array.FindIndex(lines, line => line.StartsWith('|') && Cells(line)[0] == firstHeading);
        if (head < 0)
            throw new InvalidDataException($"the page has no table whose first column is '{firstHeading}'");
        return lines.Skip(head + 2).TakeWhile(line => line.StartsWith('|')).Select(Cells);
    }

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
}
