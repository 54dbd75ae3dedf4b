namespace DriverSdk.Cli.Protocol;

/// <summary>A request line cut at each blank: the command, then its arguments. Two blanks in a row make an empty argument, as QEMU cuts it.</summary>
internal readonly ref struct Words
{
    /// <summary>Arguments that are looked at; QEMU ignores further ones too.</summary>
    public const int MostArguments = 4;

    private readonly ReadOnlySpan<byte> _first;
    private readonly ReadOnlySpan<byte> _second;
    private readonly ReadOnlySpan<byte> _third;
    private readonly ReadOnlySpan<byte> _fourth;

    /// <summary>Cuts a line without its end.</summary>
    public Words(ReadOnlySpan<byte> line)
    {
        var rest = line;
        Command = Next(ref rest, out var more);
        for (; more && Count < MostArguments; Count++)
        {
            var word = Next(ref rest, out more);
            switch (Count)
            {
                case 0:
                    _first = word;
                    break;
                case 1:
                    _second = word;
                    break;
                case 2:
                    _third = word;
                    break;
                default:
                    _fourth = word;
                    break;
            }
        }
    }

    /// <summary>What is asked for.</summary>
    public ReadOnlySpan<byte> Command { get; }

    /// <summary>Arguments, 0 to <see cref="MostArguments"/>.</summary>
    public int Count { get; }

    /// <summary>An argument; empty when it was not given.</summary>
    /// <param name="index">0 for the first.</param>
    public ReadOnlySpan<byte> this[int index] => index switch
    {
        0 => _first,
        1 => _second,
        2 => _third,
        _ => _fourth,
    };

    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> rest, out bool more)
    {
        var end = rest.IndexOf((byte)' ');
        more = end >= 0;
        var word = more ? rest[..end] : rest;
        rest = more ? rest[(end + 1)..] : default;
        return word;
    }
}
