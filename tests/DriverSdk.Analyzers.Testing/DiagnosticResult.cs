using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A diagnostic a test expects.</summary>
public readonly struct DiagnosticResult
{
    private DiagnosticResult(string id, DiagnosticSeverity severity, LocalizableString? format, DiagnosticOptions options)
    {
        Id = id;
        Severity = severity;
        MessageFormat = format;
        Options = options;
        Spans = [];
    }

    public DiagnosticResult(string id, DiagnosticSeverity severity) : this(id, severity, null, DiagnosticOptions.None)
    {
    }

    public DiagnosticResult(DiagnosticDescriptor descriptor)
        : this(descriptor.Id, descriptor.DefaultSeverity, descriptor.MessageFormat, DiagnosticOptions.None)
    {
    }

    public string Id { get; private init; }

    public DiagnosticSeverity Severity { get; private init; }

    public LocalizableString? MessageFormat { get; private init; }

    public object?[]? MessageArguments { get; private init; }

    public string? Message { get; private init; }

    public DiagnosticOptions Options { get; private init; }

    public bool? IsSuppressed { get; private init; }

    public bool HasLocation => !Spans.IsDefaultOrEmpty;

    /// <summary>The places, the first being the diagnostic's own; a markup key stands for a place until the sources have been read.</summary>
    internal ImmutableArray<ExpectedLocation> Spans { get; private init; }

    public static DiagnosticResult CompilerError(string identifier) => new(identifier, DiagnosticSeverity.Error);

    public static DiagnosticResult CompilerWarning(string identifier) => new(identifier, DiagnosticSeverity.Warning);

    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => this with { Severity = severity };

    public DiagnosticResult WithArguments(params object?[] arguments) => this with { MessageArguments = arguments };

    public DiagnosticResult WithMessage(string? message) => this with { Message = message };

    public DiagnosticResult WithOptions(DiagnosticOptions options) => this with { Options = options };

    public DiagnosticResult WithIsSuppressed(bool? isSuppressed) => this with { IsSuppressed = isSuppressed };

    public DiagnosticResult WithNoLocation() => this with { Spans = [] };

    public DiagnosticResult WithLocation(int line, int column) => WithLocation("/0/Test0.cs", line, column);

    public DiagnosticResult WithLocation(string path, int line, int column) =>
        With(new ExpectedLocation(path, new LinePosition(line - 1, column - 1), null, null));

    public DiagnosticResult WithLocation(int markupKey) => With(new ExpectedLocation(null, default, null, $"#{markupKey}"));

    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn) =>
        WithSpan("/0/Test0.cs", startLine, startColumn, endLine, endColumn);

    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn) =>
        With(new ExpectedLocation(path, new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1), null));

    internal DiagnosticResult WithSpan(string path, FileLinePositionSpan span) =>
        With(new ExpectedLocation(path, span.StartLinePosition, span.EndLinePosition, null));

    /// <summary>Puts the marked places where keys stood.</summary>
    internal DiagnosticResult Resolve(IReadOnlyDictionary<string, ExpectedLocation> marked) =>
        this with { Spans = Spans.IsDefault ? [] : [.. Spans.Select(span => span.Key is { } key ? marked[key] : span)] };

    public override string ToString()
    {
        var places = Spans.IsDefaultOrEmpty ? "no location" : string.Join(", then ", Spans);
        return $"{Severity} {Id} at {places}{(ExpectedMessage() is { } text ? $": {text}" : "")}";
    }

    internal string? ExpectedMessage() => Message
        ?? (MessageArguments is { } arguments && MessageFormat is { } format ? string.Format(null, format.ToString(null), arguments) : null);

    private DiagnosticResult With(ExpectedLocation location) => this with { Spans = Spans.IsDefault ? [location] : Spans.Add(location) };
}
