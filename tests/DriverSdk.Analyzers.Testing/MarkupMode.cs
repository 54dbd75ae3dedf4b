namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What markup in a source means.</summary>
public enum MarkupMode
{
    /// <summary>The text is taken as it is.</summary>
    None,

    /// <summary>Markup is taken out and its diagnostics are forgotten.</summary>
    Ignore,

    /// <summary>Markup is taken out and its diagnostics are expected.</summary>
    Allow,
}
