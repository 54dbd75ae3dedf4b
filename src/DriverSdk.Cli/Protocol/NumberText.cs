using System.Buffers.Text;

namespace DriverSdk.Cli.Protocol;

/// <summary>Numbers as the C library's <c>strtoul</c> reads them with base 0: decimal, 0x hexadecimal, 0 octal, and a sign that wraps.</summary>
internal static class NumberText
{
    /// <summary>Reads a whole word; false for anything else, or a number beyond 64 bits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out ulong value)
    {
        var rest = word.TrimStart("\t\v\f\r"u8);
        var isNegative = !rest.IsEmpty && rest[0] == (byte)'-';
        if (!rest.IsEmpty && rest[0] is (byte)'-' or (byte)'+')
            rest = rest[1..];
        var isRead = TryParseDigits(rest, out value);
        if (isNegative)
            value = 0 - value;
        return isRead;
    }

    /// <summary>Reads a whole word as a signed number of 64 bits.</summary>
    public static bool TryParseSigned(ReadOnlySpan<byte> word, out long value)
    {
        var isNegative = word.IndexOf((byte)'-') >= 0;
        var isRead = TryParse(word, out var bits);
        value = (long)bits;
        return isRead && (isNegative ? value <= 0 : value >= 0);
    }

    private static bool TryParseDigits(ReadOnlySpan<byte> digits, out ulong value)
    {
        if (digits.Length > 2 && digits[0] == (byte)'0' && digits[1] is (byte)'x' or (byte)'X')
            return Utf8Parser.TryParse(digits[2..], out value, out var used, 'x') && used == digits.Length - 2;
        if (digits.Length > 1 && digits[0] == (byte)'0')
            return TryParseOctal(digits, out value);
        value = 0;
        return !digits.IsEmpty && char.IsAsciiDigit((char)digits[0]) && Utf8Parser.TryParse(digits, out value, out var read) && read == digits.Length;
    }

    private static bool TryParseOctal(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value >> 61 != 0)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }
}
