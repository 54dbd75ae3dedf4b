using DriverSdk.Rules;

namespace DriverSdk.Sanitizer;

/// <summary>A rule that a driver broke, with everything a person needs to find the bug.</summary>
public sealed record Violation
{
    /// <summary>The rule, the same as in the build.</summary>
    public required RuleInfo Rule { get; init; }

    /// <summary>What happened, as one sentence that names the driver and the device.</summary>
    public required string Sentence { get; init; }

    /// <summary>Addresses, lengths and the like, in an order that is the same for every report of the rule.</summary>
    public required IReadOnlyList<string> Facts { get; init; }

    /// <summary>Where it began and where it went wrong; places nobody knows are left out.</summary>
    public required IReadOnlyList<ViolationPlace> Places { get; init; }

    /// <summary>The device's name, or null where the check knows none.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The rule's id, such as <c>DRV1002</c>.</summary>
    public string RuleId => Rule.Id;

    /// <summary>The whole report: the sentence, the facts, the places, the rule's page.</summary>
    public override string ToString()
    {
        const string Indent = "        ";
        var lines = new List<string> { $"{RuleId} {Sentence}" };
        if (Facts.Count != 0)
            lines.Add(Indent + string.Join("  ", Facts));
        if (Places.Count != 0)
            lines.Add(Indent + string.Join("  ", Places));
        lines.Add($"{Indent}rule: {Rule.Page}");
        return string.Join('\n', lines);
    }
}
