using System.Net;
using System.Net.Sockets;

namespace DriverSdk.Qtest;

/// <summary>Waits for a machine to connect: the usual direction, because QEMU's <c>-qtest unix:PATH</c> and the tool's <c>--socket</c> are the connecting ends.</summary>
public sealed class QtestListener : IDisposable
{
    private readonly Socket _socket;

    /// <summary>Starts to listen. For <c>tcp:ADDRESS:0</c> the system chooses the port, and <see cref="Address"/> has it.</summary>
    /// <exception cref="SocketException">The address is taken or cannot be used.</exception>
    public QtestListener(QtestAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _socket = address.CreateSocket();
        _socket.Bind(address.EndPoint);
        _socket.Listen(1);
        Address = _socket.LocalEndPoint is IPEndPoint bound ? QtestAddress.Parse($"tcp:{bound.Address}:{bound.Port}") : address;
    }

    /// <summary>What to give the machine.</summary>
    public QtestAddress Address { get; }

    /// <summary>The connection of the next machine, or null when none came in time.</summary>
    public QtestClient? TryAccept(TimeSpan timeout) =>
        _socket.Poll(timeout, SelectMode.SelectRead) ? new QtestClient(_socket.Accept(), Address.Text) : null;

    /// <summary>Stops to listen and removes the socket file; accepted connections live on.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        if (Address.SocketPath is { } path && File.Exists(path))
            File.Delete(path);
    }
}
