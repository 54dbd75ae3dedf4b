using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A place a diagnostic is expected at: known, or known by its markup key only.</summary>
internal readonly record struct ExpectedLocation(string? Path, LinePosition Start, LinePosition? End, string? Key)
{
    public bool Matches(Location actual)
    {
        var span = actual.GetLineSpan();
        return span.Path == Path && span.StartLinePosition == Start && (End is not { } end || span.EndLinePosition == end);
    }

    public override string ToString() => Key ?? $"{Path}({Start.Line + 1},{Start.Character + 1}{(End is { } end ? $")-({end.Line + 1},{end.Character + 1}" : "")})";
}
