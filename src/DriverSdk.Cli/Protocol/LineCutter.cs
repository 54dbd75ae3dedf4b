namespace DriverSdk.Cli.Protocol;

/// <summary>Cuts a stream of bytes into lines. A carriage return before the line's end belongs to the end.</summary>
/// <param name="mostBytes">Longest line kept; the rest of a longer one is skipped up to its end.</param>
internal sealed class LineCutter(int mostBytes)
{
    // What one huge request took is given back by the next line.
    private const int KeptBytes = 1 << 20;

    private readonly byte[] _small = new byte[4096];
    private byte[] _partial = [];
    private int _length;
    private bool _isSkipping;
    private bool _isTaken;

    /// <summary>Longest line kept.</summary>
    public int MostBytes => mostBytes;

    /// <summary>Takes bytes up to the next line's end.</summary>
    /// <param name="bytes">What came; what is left after it.</param>
    /// <param name="line">The line without its end, until the next call.</param>
    public LineKind Cut(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        Forget();
        line = default;
        var end = bytes.IndexOf((byte)'\n');
        var part = end < 0 ? bytes : bytes[..end];
        bytes = end < 0 ? default : bytes[(end + 1)..];
        if (_isSkipping || part.Length > mostBytes - _length)
        {
            _isSkipping = end < 0;
            _length = 0;
            return end < 0 ? LineKind.Partial : LineKind.TooLong;
        }

        if (end < 0 || _length != 0)
            Keep(part);
        if (end < 0)
            return LineKind.Partial;
        line = WithoutReturn(_length != 0 ? _partial.AsSpan(0, _length) : part);
        _isTaken = true;
        return LineKind.Complete;
    }

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => !line.IsEmpty && line[^1] == (byte)'\r' ? line[..^1] : line;

    private void Forget()
    {
        if (!_isTaken)
            return;
        _isTaken = false;
        _length = 0;
        if (_partial.Length > KeptBytes)
            _partial = _small;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_partial.Length == 0)
            _partial = _small;
        var needed = _length + part.Length;
        if (needed > _partial.Length)
            Array.Resize(ref _partial, (int)Math.Min(Math.Max(needed, _partial.Length * 2L), mostBytes));
        part.CopyTo(_partial.AsSpan(_length));
        _length = needed;
    }
}
