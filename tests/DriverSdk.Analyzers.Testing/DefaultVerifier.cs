using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Fails with an <see cref="InvalidOperationException"/> that names the contexts it was pushed into.</summary>
public class DefaultVerifier : IVerifier
{
    public DefaultVerifier() : this(ImmutableStack<string>.Empty)
    {
    }

    protected DefaultVerifier(ImmutableStack<string> context) => Context = context;

    protected ImmutableStack<string> Context { get; }

    public virtual void Empty<T>(string collectionName, IEnumerable<T> collection)
    {
        var items = collection.ToList();
        if (items.Count != 0)
            Fail($"'{collectionName}' should be empty but holds {items.Count}: {string.Join(", ", items)}");
    }

    public virtual void NotEmpty<T>(string collectionName, IEnumerable<T> collection) =>
        True(collection.Any(), $"'{collectionName}' should not be empty");

    public virtual void Equal<T>(T expected, T actual, string? message = null)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            Fail($"{message}{(message is null ? "" : "\n")}expected: {expected}\nactual:   {actual}");
    }

    public virtual void True([DoesNotReturnIf(false)] bool assert, string? message = null)
    {
        if (!assert)
            Fail(message ?? "expected true, found false");
    }

    public virtual void False([DoesNotReturnIf(true)] bool assert, string? message = null)
    {
        if (assert)
            Fail(message ?? "expected false, found true");
    }

    [DoesNotReturn]
    public virtual void Fail(string? message = null) =>
        throw new InvalidOperationException(string.Join("\n", Context.Reverse().Select(c => $"Context: {c}").Append(message ?? "failed")));

    public virtual void LanguageIsSupported(string language) =>
        True(language == LanguageNames.CSharp, $"'{language}' is not supported; only C# is");

    public virtual void SequenceEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual, IEqualityComparer<T>? equalityComparer = null, string? message = null)
    {
        var (left, right) = (expected.ToList(), actual.ToList());
        if (!left.SequenceEqual(right, equalityComparer))
            Fail($"{message}\nexpected: [{string.Join(", ", left)}]\nactual:   [{string.Join(", ", right)}]");
    }

    public virtual IVerifier PushContext(string context) => new DefaultVerifier(Context.Push(context));
}
