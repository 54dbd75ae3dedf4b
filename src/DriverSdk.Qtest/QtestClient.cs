using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DriverSdk.Qtest;

/// <summary>One qtest connection: requests go out as lines, and every request has one answer, in order. For one thread at a time.</summary>
public sealed partial class QtestClient : IDisposable, IAsyncDisposable
{
    private const int LongestQuote = 160;

    private readonly Socket _socket;
    private readonly string _peer;
    private readonly Queue<IrqEvent> _interrupts = [];
    private readonly byte[] _received = new byte[1 << 16];
    private int _taken;
    private int _filled;

    internal QtestClient(Socket socket, string peer)
    {
        _socket = socket;
        _peer = peer;
    }

    /// <summary>How long an answer may take before the wait ends in a <see cref="QtestException"/>; 20 seconds at first.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Connects to a machine that listens (<c>,server=on</c>), trying again until <paramref name="timeout"/> while nobody listens there.</summary>
    /// <exception cref="QtestException">Nobody listened in time.</exception>
    public static QtestClient Connect(QtestAddress address, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(address);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var socket = address.CreateSocket();
            try
            {
                socket.Connect(address.EndPoint);
                return new QtestClient(socket, address.Text);
            }
            catch (SocketException error)
            {
                socket.Dispose();
                if (clock.Elapsed > timeout)
                    throw new QtestException($"Nobody listens at {address} after {timeout.TotalSeconds:0.#} s ({error.SocketErrorCode}). Start the machine with ',server=on' first.");
                Thread.Sleep(TimeSpan.FromMilliseconds(5));
            }
        }
    }

    /// <summary>Sends one request and returns what stands behind <c>OK</c>: the door to commands that have no method here.</summary>
    /// <param name="request">The line without its end.</param>
    /// <exception cref="QtestException">The answer was FAIL, no answer, or none in time.</exception>
    public string Execute(string request)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        if (request.Contains('\n', StringComparison.Ordinal))
            throw new ArgumentException("A request is one line; send several with a QtestBatch.", nameof(request));
        Send(request + "\n");
        return ReceiveAnswer(request);
    }

    /// <summary>A batch whose requests are all sent before the first answer is read.</summary>
    public QtestBatch StartBatch() => new(this);

    /// <summary>Closes the connection; a machine that was started with it ends.</summary>
    public void Dispose() => _socket.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Send(string lines)
    {
        var bytes = Encoding.ASCII.GetBytes(lines);
        try
        {
            _socket.SendTimeout = (int)Timeout.TotalMilliseconds;
            for (var sent = 0; sent < bytes.Length;)
                sent += _socket.Send(bytes.AsSpan(sent));
        }
        catch (SocketException error)
        {
            throw new QtestException($"Sent {Quote(lines)} to {_peer}, and the connection broke: {error.SocketErrorCode}.");
        }
        catch (ObjectDisposedException)
        {
            throw new QtestException($"Wanted to send {Quote(lines)} to {_peer}, but the connection was closed here before.");
        }
    }

    internal static QtestException Refusal(string request, string line) => new($"Sent {Quote(request)}, expected OK, and got {Quote(line)}.");

    internal string ReceiveAnswer(string request) => TryReceiveAnswer(request, out var answer) ? answer : throw Refusal(request, answer);

    // False for an answer that is not OK: then it is the whole line.
    internal bool TryReceiveAnswer(string request, out string answer)
    {
        var deadline = Environment.TickCount64 + (long)Timeout.TotalMilliseconds;
        do
        {
            answer = ReceiveLine(deadline, request)
                ?? throw new QtestException($"Sent {Quote(request)} to {_peer}, and nothing came back within {Timeout.TotalSeconds:0.#} s.");
        }
        while (TryQueueInterrupt(answer));
        if (answer != "OK" && !answer.StartsWith("OK ", StringComparison.Ordinal))
            return false;
        answer = answer.Length > 3 ? answer[3..] : "";
        return true;
    }

    private static string Quote(string text)
    {
        var line = text.TrimEnd('\n').Replace("\n", "; ", StringComparison.Ordinal);
        return line.Length <= LongestQuote ? $"'{line}'" : $"'{line[..LongestQuote]}...' ({line.Length} characters)";
    }

    internal static ulong ParseNumber(string request, string answer)
    {
        var digits = answer.StartsWith("0x", StringComparison.Ordinal) ? answer.AsSpan(2) : answer.AsSpan();
        return ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new QtestException($"Sent {Quote(request)}, expected a hexadecimal number behind OK, and got {Quote(answer)}.");
    }

    // Null when the time is over.
    private string? ReceiveLine(long deadline, string request)
    {
        var text = new StringBuilder();
        while (true)
        {
            var waiting = _received.AsSpan(_taken, _filled - _taken);
            var end = waiting.IndexOf((byte)'\n');
            text.Append(Encoding.ASCII.GetString(end < 0 ? waiting : waiting[..end]));
            _taken += end < 0 ? waiting.Length : end + 1;
            if (end >= 0)
                return text.ToString().TrimEnd('\r');
            if (!TryFill(deadline, request))
                return null;
        }
    }

    private bool TryFill(long deadline, string request)
    {
        var left = Math.Max(0, deadline - Environment.TickCount64);
        try
        {
            if (!_socket.Poll(TimeSpan.FromMilliseconds(left), SelectMode.SelectRead))
                return false;
            _taken = 0;
            _filled = _socket.Receive(_received);
        }
        catch (SocketException error)
        {
            throw new QtestException($"Waited for the answer to {Quote(request)} from {_peer}, and the connection broke: {error.SocketErrorCode}.");
        }
        catch (ObjectDisposedException)
        {
            throw new QtestException($"Waited for the answer to {Quote(request)} from {_peer}, but the connection was closed here.");
        }

        return _filled != 0 ? true : throw new QtestException($"Sent {Quote(request)} to {_peer}, and the machine closed the connection: it ended or crashed.");
    }
}
