namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How a code fix is applied in a test, and which fix-all scopes are left out.</summary>
[Flags]
public enum CodeFixTestBehaviors
{
    None = 0,

    /// <summary>Apply the fix once, to the first diagnostic only.</summary>
    FixOne = 1,

    SkipFixAllInDocumentCheck = 2,
    SkipFixAllInProjectCheck = 4,
    SkipFixAllInSolutionCheck = 8,
    SkipFixAllCheck = SkipFixAllInDocumentCheck | SkipFixAllInProjectCheck | SkipFixAllInSolutionCheck,
}
