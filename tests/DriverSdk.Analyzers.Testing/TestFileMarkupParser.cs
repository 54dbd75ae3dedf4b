using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Reads <c>$$</c>, <c>[|text|]</c>, <c>{|ID:text|}</c> and <c>{|#0:text|}</c> out of a source; spans may nest.</summary>
public static class TestFileMarkupParser
{
    /// <summary>Takes the markup out. Unnamed spans stand under the empty name.</summary>
    public static void GetPositionsAndSpans(
        string markupCode, out string code, out ImmutableArray<int> positions, out ImmutableDictionary<string, ImmutableArray<TextSpan>> spans)
    {
        var text = new StringBuilder(markupCode.Length);
        var open = new Stack<(string Name, int Start, bool Named)>();
        var found = ImmutableArray.CreateBuilder<int>();
        var named = new Dictionary<string, List<TextSpan>>();
        for (var i = 0; i < markupCode.Length;)
        {
            var rest = markupCode.AsSpan(i);
            if (rest.StartsWith("$$"))
            {
                found.Add(text.Length);
                i += 2;
            }
            else if (rest.StartsWith("[|"))
            {
                open.Push(("", text.Length, false));
                i += 2;
            }
            else if (rest.StartsWith("{|") && rest.IndexOf(':') is > 0 and var colon)
            {
                open.Push((rest[2..colon].ToString(), text.Length, true));
                i += colon + 1;
            }
            else if (open.Count > 0 && rest.StartsWith(open.Peek().Named ? "|}" : "|]"))
            {
                var (name, start, _) = open.Pop();
                if (!named.TryGetValue(name, out var list))
                    named[name] = list = [];
                list.Add(TextSpan.FromBounds(start, text.Length));
                i += 2;
            }
            else
            {
                text.Append(markupCode[i++]);
            }
        }

        if (open.Count > 0)
            throw new ArgumentException($"The markup opens {open.Count} span(s) that it does not close; the innermost is '{open.Peek().Name}'.", nameof(markupCode));

        code = text.ToString();
        positions = found.ToImmutable();
        spans = named.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.OrderBy(span => span.Start).ToImmutableArray());
    }

    /// <summary>Takes the markup out, where there is no position in it.</summary>
    public static void GetSpans(string markupCode, out string code, out ImmutableArray<TextSpan> spans)
    {
        GetPositionsAndSpans(markupCode, out code, out _, out var named);
        spans = named.TryGetValue("", out var unnamed) ? unnamed : [];
    }
}
