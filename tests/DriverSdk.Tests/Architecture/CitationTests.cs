namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class CitationTests
{
    private const string Page = "src/DriverSdk/Decisions/unverified-citations.md";
    private const string UpdateVariable = "DRIVERSDK_UPDATE_CITATIONS";

    [TestMethod]
    public void EveryUnverifiedCitation_IsListed()
    {
        var found = SourceFile.Shipped
            .SelectMany(file => file.Lines.Where(line => line.Contains("unverified", StringComparison.OrdinalIgnoreCase)).Select(line => $"- `{file.Path}`: {line.Trim().TrimStart('/').Trim()}"))
            .Order(StringComparer.Ordinal).ToList();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            Write(found);

        var listed = Listed(Repository.Read(Page)).ToList();
        Findings.ShouldBeEmpty(
            found.Except(listed).Select(line => $"not listed: {line}").Concat(listed.Except(found)
                .Select(line => $"listed, but no longer in the source: {line}")),
            $"verify the citation and drop the mark; or run {UpdateVariable}=1 dotnet test tests/DriverSdk.Tests --filter CitationTests, and review the change to {Page}");
    }

    private static IEnumerable<string> Listed(string page) => page.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal));

    private static void Write(IEnumerable<string> lines)
    {
        var head = Repository.Read(Page).ReplaceLineEndings("\n").Split('\n').TakeWhile(line => !line.StartsWith("- ", StringComparison.Ordinal));
        File.WriteAllText(Repository.Full(Page), string.Join('\n', head).TrimEnd() + "\n\n" + string.Join('\n', lines) + "\n");
    }
}
