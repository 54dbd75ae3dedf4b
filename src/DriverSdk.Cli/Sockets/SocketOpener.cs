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
            if (address.Path is { } path)
                socket.Connect(new UnixDomainSocketEndPoint(path));
            else
                socket.Connect(address.Host, address.Port);
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
        listener.Bind(address.Path is { } path
            ? new UnixDomainSocketEndPoint(path)
            : new IPEndPoint(Dns.GetHostAddresses(address.Host, AddressFamily.InterNetwork)[0], address.Port));
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

    private static Socket NewSocket(SocketAddress address) => address.Path is null
        ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
