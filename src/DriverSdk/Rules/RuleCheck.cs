namespace DriverSdk.Rules;

/// <summary>When a rule is checked.</summary>
public enum RuleCheck
{
    /// <summary>By an analyzer, in the editor and in every build.</summary>
    Build,

    /// <summary>By the sanitizer, while the driver runs.</summary>
    Run,

    /// <summary>By both, under the same id.</summary>
    BuildAndRun,
}
