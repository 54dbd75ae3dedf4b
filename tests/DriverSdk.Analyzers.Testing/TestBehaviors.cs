namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks of the harness that a test may leave out.</summary>
[Flags]
public enum TestBehaviors
{
    None = 0,

    /// <summary>Do not run again with an auto-generated header, where the analyzer must be silent.</summary>
    SkipGeneratedCodeCheck = 1,

    /// <summary>Do not run again with the diagnostics disabled by pragma.</summary>
    SkipSuppressionCheck = 2,
}
