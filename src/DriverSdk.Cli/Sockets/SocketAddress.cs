using System.Globalization;
using System.Net.Sockets;
using DriverSdk.Cli.Options;

namespace DriverSdk.Cli.Sockets;

/// <summary>Where client and door meet, as QEMU's <c>-qtest</c> writes it.</summary>
/// <param name="Path">Path of a unix socket, or null for TCP.</param>
/// <param name="Host">Host name or address for TCP.</param>
/// <param name="Port">TCP port; 0 lets the host choose when the door listens.</param>
/// <param name="Role">Who listens.</param>
internal sealed record SocketAddress(string? Path, string Host, int Port, SocketRole Role)
{
    private const string Forms = "write unix:PATH or tcp:HOST:PORT, and ,server=on to listen";

    /// <summary>The address without the role.</summary>
    public override string ToString() => Path is null ? $"tcp:{Host}:{Port}" : $"unix:{Path}";

    /// <summary>Reads an address.</summary>
    /// <exception cref="UsageException">It has another form.</exception>
    public static SocketAddress Parse(string text)
    {
        var parts = text.Split(',');
        var role = SocketRole.Client;
        foreach (var part in parts[1..])
        {
            role = part switch
            {
                "server=on" => SocketRole.Server,
                "server=off" => SocketRole.Client,
                _ => throw new UsageException($"--socket has '{part}'; {Forms}."),
            };
        }

        if (parts[0].StartsWith("unix:", StringComparison.Ordinal) && parts[0].Length > "unix:".Length)
            return OfPath(parts[0]["unix:".Length..], role);
        if (parts[0].StartsWith("tcp:", StringComparison.Ordinal))
            return ParseTcp(parts[0]["tcp:".Length..], role);
        throw new UsageException($"--socket is '{text}'; {Forms}.");
    }

    private static SocketAddress OfPath(string path, SocketRole role)
    {
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException($"--socket has a path of {path.Length} characters, and the system takes about 100; choose a shorter one.");
        }

        return new SocketAddress(path, "", 0, role);
    }

    private static SocketAddress ParseTcp(string text, SocketRole role)
    {
        var colon = text.LastIndexOf(':');
        if (colon > 0 && text[..colon].Contains(':', StringComparison.Ordinal))
            throw new UsageException($"--socket is 'tcp:{text}'; IPv6 is not offered, give a host name or an IPv4 address.");
        if (colon > 0 && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && (port != 0 || role == SocketRole.Server))
            return new SocketAddress(null, text[..colon], port, role);
        throw new UsageException($"--socket is 'tcp:{text}'; {Forms}, with a port from 1 to 65535.");
    }
}
