using System.Globalization;
using DriverSdk.Cli.Protocol;

namespace DriverSdk.Cli.Options;

/// <summary>The value of one key, and the words to complain about it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Text">What stands behind it.</param>
/// <param name="Values">What may.</param>
internal sealed record OptionValue(string Key, string Text, string Values)
{
    /// <summary>The complaint for a value of another form.</summary>
    public UsageException Refusal => new($"{Key} is '{Text}'; write {Key}={Values}.");

    /// <summary>Whether the text is one of <see cref="Values"/>. A value in capitals stands for a form of its own, which whoever reads it checks.</summary>
    public bool IsAmongValues => Values.Split('|').Any(Matches);

    /// <summary>on or off.</summary>
    public bool Switch => Text switch
    {
        "on" => true,
        "off" => false,
        _ => throw Refusal,
    };

    /// <summary>A number of 31 bits, decimal or 0x hexadecimal.</summary>
    public int Number => Long <= int.MaxValue ? (int)Long : throw Refusal;

    /// <summary>A number of 64 bits, decimal or 0x hexadecimal.</summary>
    public ulong Long => TryNumber(Text, out var number) ? number : throw Refusal;

    /// <summary>A size in bytes: a number, with K, M or G behind it.</summary>
    public ulong Size
    {
        get
        {
            var unit = Text.Length == 0 ? 0 : "KMG".IndexOf(char.ToUpperInvariant(Text[^1]), StringComparison.Ordinal) + 1;
            var digits = unit == 0 ? Text : Text[..^1];
            if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > ulong.MaxValue >> (10 * unit))
                throw Refusal;
            return number << (10 * unit);
        }
    }

    private bool Matches(string alternative)
    {
        if (alternative == Text || alternative.Any(char.IsAsciiLetterUpper))
            return true;
        var limits = alternative.Split("..");
        return TryNumber(limits[0], out var least) && TryNumber(limits[^1], out var most) && TryNumber(Text, out var number) && number >= least && number <= most;
    }

    private static bool TryNumber(string text, out ulong number) => NumberText.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out number) && !text.StartsWith('-');
}
