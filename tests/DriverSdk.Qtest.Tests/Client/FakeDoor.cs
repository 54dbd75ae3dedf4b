using System.Net.Sockets;
using System.Text;

namespace DriverSdk.Qtest.Tests.Client;

/// <summary>The machine's end of a connection, in the test's hands: it answers each line as a function says.</summary>
internal sealed class FakeDoor : IDisposable
{
    private readonly QtestListener _listener;
    private readonly Socket _socket;
    private readonly Task _answering;
    private readonly List<string> _lines = [];

    private FakeDoor(Func<string, string?> answer)
    {
        _listener = new QtestListener(QtestAddress.Parse("tcp:127.0.0.1:0"));
        _socket = _listener.Address.CreateSocket();
        _socket.Connect(_listener.Address.EndPoint);
        Client = _listener.TryAccept(TimeSpan.FromSeconds(10))!;
        _answering = Task.Run(() => Answer(answer));
    }

    public QtestClient Client { get; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Null as an answer closes the connection; text is sent as it is.</summary>
    public static FakeDoor Answering(Func<string, string?> answer) => new(answer);

    public void Dispose()
    {
        Client.Dispose();
        _socket.Dispose();
        _listener.Dispose();
        Assert.IsTrue(_answering.Wait(TimeSpan.FromSeconds(10)));
    }

    private void Answer(Func<string, string?> answer)
    {
        try
        {
            using var reader = new StreamReader(new NetworkStream(_socket), Encoding.ASCII);
            while (reader.ReadLine() is { } line)
            {
                lock (_lines)
                    _lines.Add(line);
                if (answer(line) is not { } text)
                {
                    _socket.Shutdown(SocketShutdown.Both);
                    return;
                }

                _socket.Send(Encoding.ASCII.GetBytes(text));
            }
        }
        catch (Exception closed) when (closed is IOException or SocketException or ObjectDisposedException)
        {
            // The test ended first.
        }
    }
}
