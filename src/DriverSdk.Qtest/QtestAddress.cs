using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DriverSdk.Qtest;

/// <summary>Where the two ends of a qtest connection meet: <c>unix:PATH</c> or <c>tcp:ADDRESS:PORT</c>, as both doors write it on their command lines.</summary>
public sealed class QtestAddress
{
    private const string UnixPrefix = "unix:";
    private const string TcpPrefix = "tcp:";

    private QtestAddress(string text, EndPoint endPoint) => (Text, EndPoint) = (text, endPoint);

    /// <summary>The address as it stands on a command line.</summary>
    public string Text { get; }

    internal EndPoint EndPoint { get; }

    internal string? SocketPath => Text.StartsWith(UnixPrefix, StringComparison.Ordinal) ? Text[UnixPrefix.Length..] : null;

    /// <summary>A socket file; the path must be short, because the system allows about 100 bytes.</summary>
    public static QtestAddress OfSocketFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new QtestAddress(UnixPrefix + path, new UnixDomainSocketEndPoint(path));
    }

    /// <summary>Reads <c>unix:PATH</c> or <c>tcp:ADDRESS:PORT</c>.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static QtestAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) && text.Length > UnixPrefix.Length)
            return OfSocketFile(text[UnixPrefix.Length..]);
        if (text.StartsWith(TcpPrefix, StringComparison.Ordinal) && text.LastIndexOf(':') is var colon && colon > TcpPrefix.Length
            && IPAddress.TryParse(text.AsSpan(TcpPrefix.Length, colon - TcpPrefix.Length), out var host)
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return new QtestAddress(text, new IPEndPoint(host, port));
        throw new FormatException($"'{text}' is no qtest address; write unix:PATH or tcp:ADDRESS:PORT, for example tcp:127.0.0.1:4444.");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal Socket CreateSocket() => EndPoint.AddressFamily == AddressFamily.Unix
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}
