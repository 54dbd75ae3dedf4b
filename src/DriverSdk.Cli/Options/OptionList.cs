namespace DriverSdk.Cli.Options;

/// <summary>Reads lists such as <c>aw-bits=48,pt=off</c>; two commas stand for one inside a value, as in QEMU.</summary>
internal static class OptionList
{
    private const char DoubledComma = '\u0001';

    /// <summary>Cuts a list at its commas.</summary>
    public static string[] Cut(string text) =>
        [.. text.Replace(",,", $"{DoubledComma}", StringComparison.Ordinal).Split(',').Select(part => part.Replace(DoubledComma, ','))];

    /// <summary>Takes all keys of a list over into <paramref name="start"/>.</summary>
    /// <typeparam name="TOptions">What the list describes.</typeparam>
    /// <param name="owner">Whose keys they are, for complaints.</param>
    /// <param name="parts">KEY=VALUE each.</param>
    /// <param name="keys">The keys there are.</param>
    /// <param name="start">What holds without any.</param>
    /// <exception cref="UsageException">A key is unknown, given twice, or has a value that it cannot have.</exception>
    public static TOptions Apply<TOptions>(string owner, IEnumerable<string> parts, IReadOnlyList<OptionKey<TOptions>> keys, TOptions start)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var options = start;
        foreach (var part in parts)
        {
            var (name, text) = part.IndexOf('=') is > 0 and var at ? (part[..at], part[(at + 1)..]) : throw new UsageException($"{owner} has '{part}'; write KEY=VALUE.");
            var key = keys.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new UsageException($"{owner} has no key '{name}'; it has {Names(keys)}.");
            if (!seen.Add(name))
                throw new UsageException($"{owner} has '{name}' twice; give it once.");
            var value = new OptionValue(name, text, key.Values);
            options = value.IsAmongValues || key.HasOneValue ? key.Apply(options, value) : throw value.Refusal;
        }

        return options;
    }

    private static string Names<TOptions>(IReadOnlyList<OptionKey<TOptions>> keys) =>
        keys.Count == 0 ? "none" : string.Join(", ", keys.Select(key => key.Name));
}
