using System.Net;
using System.Net.Sockets;

namespace DriverSdk.Cli.Sockets;

/// <summary>Makes the one connection of a door.</summary>
internal static class SocketOpener
{
    /// <summary>Connects, or waits for the client.</summary>
    /// <param name="address">Where.</param>
    /// <param name="listening">Told the address once somebody can connect to it; a port that the host chose is filled in.</param>
    /// <exception cref="SocketException">Nobody listens there, or the address is taken.</exception>
    /// <exception cref="IOException">A file at the socket's path is in the way.</exception>
    public static Socket Open(SocketAddress address, Action<SocketAddress> listening)
    {
        var socket = address.Role == SocketRole.Client ? Connect(address) : AcceptOne(address, listening);
        if (address.Path is null)
            socket.NoDelay = true;
        return socket;
    }

    private static Socket Connect(SocketAddress address)
    {
        var socket = NewSocket(address);
        try
        {
            socket.Connect(EndPointOf(address));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket AcceptOne(SocketAddress address, Action<SocketAddress> listening)
    {
        using var listener = NewSocket(address);
        listener.Bind(EndPointOf(address));
        try
        {
            listener.Listen(1);
            listening(address.Path is null ? address with { Port = ((IPEndPoint)listener.LocalEndPoint!).Port } : address);
            return listener.Accept();
        }
        finally
        {
            // The socket's file would be in the way of the next door.
            if (address.Path is not null)
                File.Delete(address.Path);
        }
    }

    private static EndPoint EndPointOf(SocketAddress address)
    {
        if (address.Path is { } path)
            return new UnixDomainSocketEndPoint(path);
        var hosts = Dns.GetHostAddresses(address.Host, AddressFamily.InterNetwork);
        return hosts.Length != 0 ? new IPEndPoint(hosts[0], address.Port) : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static Socket NewSocket(SocketAddress address) => address.Path is null
        ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
