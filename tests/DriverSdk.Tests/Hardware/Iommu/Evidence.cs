namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>What shows one row of a specification's table: a test method by name, or the reason why nothing can.</summary>
/// <param name="Tests">The class of the test; null when <paramref name="Text"/> is a reason.</param>
/// <param name="Text">The test method's name, or the reason.</param>
internal sealed record Evidence(Type? Tests, string Text)
{
    public static Evidence In<TTests>(string method) => new(typeof(TTests), method);

    public static Evidence Unreachable(string reason) => new(null, reason);

    /// <summary>Why this is no evidence; empty when it is.</summary>
    public IEnumerable<string> Flaws()
    {
        if (Tests is null && !Text.EndsWith('.'))
            yield return $"'{Text}' is no sentence";
        if (Tests is not null && Tests.GetMethod(Text)?.GetCustomAttributes(typeof(TestMethodAttribute), inherit: false).Length is not 1)
            yield return $"{Tests.Name} has no test {Text}";
    }
}
