using System.Net.Sockets;
using DriverSdk.Qtest;

namespace DriverSdk.Benchmarks;

/// <summary>The other end of a qtest connection that knows nothing: each line is answered at once with the same number.</summary>
internal sealed class BareAnswerer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dsq-");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread _thread;

    /// <summary>Connects both ends.</summary>
    public BareAnswerer()
    {
        var path = Path.Combine(_folder.FullName, "s");
        using var listener = new QtestListener(QtestAddress.OfSocketFile(path));
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        Client = listener.TryAccept(TimeSpan.FromSeconds(5)) ?? throw new InvalidOperationException($"Nobody connected to {path} although this process did.");
        _thread = new Thread(Serve) { IsBackground = true, Name = "bare answers" };
        _thread.Start();
    }

    /// <summary>The client's end.</summary>
    public QtestClient Client { get; }

    /// <summary>Closes both ends.</summary>
    public void Dispose()
    {
        Client.Dispose();
        _thread.Join();
        _socket.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Serve()
    {
        var received = new byte[1 << 16];
        var answer = "OK 0x0000000000000000\n"u8.ToArray();
        var answers = Enumerable.Repeat(answer, received.Length / 8).SelectMany(bytes => bytes).ToArray();
        while (_socket.Receive(received) is > 0 and var length)
        {
            var left = answers.AsSpan(0, answer.Length * received.AsSpan(0, length).Count((byte)'\n'));
            while (!left.IsEmpty)
                left = left[_socket.Send(left)..];
        }
    }
}
