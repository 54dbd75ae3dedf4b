using System.Text;

namespace DriverSdk.Cli.Protocol;

/// <summary>Reads arguments, and answers with a sentence where one is wrong.</summary>
internal static class Arguments
{
    /// <summary>A number of 64 bits.</summary>
    public static bool TryNumber(Door door, ReadOnlySpan<byte> word, string name, out ulong value)
    {
        if (NumberText.TryParse(word, out value))
            return true;
        door.Answers.Fail($"{name} is '{Quote(word)}'; give a number of at most 64 bits, decimal, 0x hexadecimal or 0 octal.");
        return false;
    }

    /// <summary>A number of bytes that one request may move.</summary>
    public static bool TrySize(Door door, ReadOnlySpan<byte> word, out int size)
    {
        size = 0;
        if (!TryNumber(door, word, "SIZE", out var value))
            return false;
        if (value <= Door.MostTransferBytes)
        {
            size = (int)value;
            return true;
        }

        door.Answers.Fail($"SIZE is {value}; move at most {Door.MostTransferBytes} bytes with one request.");
        return false;
    }

    /// <summary>The number of an I/O port.</summary>
    public static bool TryPort(Door door, ReadOnlySpan<byte> word, out ushort port)
    {
        port = 0;
        if (!TryNumber(door, word, "PORT", out var value))
            return false;
        if (value <= ushort.MaxValue)
        {
            port = (ushort)value;
            return true;
        }

        door.Answers.Fail($"PORT is 0x{value:x}; give at most 0xffff.");
        return false;
    }

    /// <summary>A word as it can stand in an answer: short, and without bytes that are no text.</summary>
    public static string Quote(ReadOnlySpan<byte> word)
    {
        const int mostBytes = 40;
        var text = new StringBuilder();
        foreach (var letter in word[..Math.Min(word.Length, mostBytes)])
            text.Append(letter is > 0x20 and < 0x7f ? (char)letter : '?');
        return word.Length > mostBytes ? text.Append("...").ToString() : text.ToString();
    }
}
