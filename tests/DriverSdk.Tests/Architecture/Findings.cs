namespace DriverSdk.Tests.Architecture;

/// <summary>Fails with every finding at once and says how to repair them.</summary>
internal static class Findings
{
    public static void ShouldBeEmpty(IEnumerable<string> findings, string howToFix)
    {
        var all = findings.Distinct().ToList();
        if (all.Count != 0)
            Assert.Fail($"{all.Count} found:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", all)}{Environment.NewLine}How to fix: {howToFix}");
    }

    /// <summary>Drops the listed exceptions, and adds a finding for each that no longer excuses anything.</summary>
    public static IEnumerable<string> Except(IEnumerable<(string Key, string Finding)> findings, IReadOnlyDictionary<string, string> reasonByKey)
    {
        var used = new HashSet<string>();
        foreach (var (key, finding) in findings)
        {
            if (reasonByKey.ContainsKey(key))
                used.Add(key);
            else
                yield return finding;
        }

        foreach (var key in reasonByKey.Keys.Where(key => !used.Contains(key)))
            yield return $"the exception for '{key}' excuses nothing any more: remove it from the list";
    }
}
