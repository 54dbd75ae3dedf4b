using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.CodeFixes.Fixes.Lifetime;

/// <summary>In front of a statement, or behind everything it does.</summary>
internal sealed record UnmapPlace(StatementSyntax Statement, bool AtEnd)
{
    /// <summary>From where on the mapping is gone.</summary>
    public int Position => AtEnd ? Statement.Span.End - 1 : Statement.SpanStart;
}
