using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace DriverSdk.Cli.Protocol;

/// <summary>Answers and notices in the order they arose, kept until they are sent in one piece.</summary>
internal sealed class AnswerBuffer
{
    private const int InitialBytes = 64 << 10;

    private readonly ArrayBufferWriter<byte> _bytes = new(InitialBytes);

    /// <summary>What waits to be sent.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Forgets what has been sent.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>Done, and nothing to say.</summary>
    public void Ok() => _bytes.Write("OK\n"u8);

    /// <summary>Done, with a number of at least so many hexadecimal digits.</summary>
    public void OkHex(ulong value, int digits)
    {
        _bytes.Write("OK 0x"u8);
        var span = _bytes.GetSpan(16);
        Utf8Formatter.TryFormat(value, span, out var length, new StandardFormat('x', (byte)digits));
        _bytes.Advance(length);
        EndLine();
    }

    /// <summary>Done, with a decimal number.</summary>
    public void OkDecimal(long value) => Decimal("OK "u8, value);

    /// <summary>Refused, with a decimal number.</summary>
    public void FailDecimal(long value) => Decimal("FAIL "u8, value);

    /// <summary>Done, with bytes in hexadecimal.</summary>
    public void OkHexBytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write("OK 0x"u8);
        var span = _bytes.GetSpan(bytes.Length * 2);
        Convert.TryToHexStringLower(bytes, span, out var length);
        _bytes.Advance(length);
        EndLine();
    }

    /// <summary>Done, with bytes in base 64.</summary>
    public void OkBase64(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write("OK "u8);
        var span = _bytes.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, span, out _, out var length);
        _bytes.Advance(length);
        EndLine();
    }

    /// <summary>Done, with a word.</summary>
    public void OkText(string text)
    {
        _bytes.Write("OK "u8);
        Text(text);
        EndLine();
    }

    /// <summary>Refused, with a sentence.</summary>
    public void Fail(string sentence)
    {
        _bytes.Write("FAIL "u8);
        Text(sentence);
        EndLine();
    }

    /// <summary>Refused because nobody knows the command; its bytes come back as they are.</summary>
    public void FailUnknown(ReadOnlySpan<byte> command)
    {
        _bytes.Write("FAIL Unknown command '"u8);
        _bytes.Write(command);
        _bytes.Write("'\n"u8);
    }

    /// <summary>Tells that a pin changed; no answer to anything.</summary>
    /// <param name="level">raise or lower.</param>
    /// <param name="pin">The pin's number.</param>
    public void Notice(string level, int pin)
    {
        _bytes.Write("IRQ "u8);
        Text(level);
        _bytes.Write(" "u8);
        Text(pin.ToString(CultureInfo.InvariantCulture));
        EndLine();
    }

    private void Decimal(ReadOnlySpan<byte> word, long value)
    {
        _bytes.Write(word);
        var span = _bytes.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var length);
        _bytes.Advance(length);
        EndLine();
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _bytes);

    private void EndLine() => _bytes.Write("\n"u8);
}
