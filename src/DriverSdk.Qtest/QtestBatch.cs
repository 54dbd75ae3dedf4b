using System.Text;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Qtest;

/// <summary>Requests that travel together: many lines go out before the first answer is read, so that a page table costs one round trip and not hundreds.</summary>
public sealed class QtestBatch
{
    // Both ends block when both directions are full: so many requests at most are on their way.
    private const int MostInFlightBytes = 1 << 15;

    private readonly QtestClient _client;
    private readonly List<string> _requests = [];
    private readonly List<int> _reads = [];

    internal QtestBatch(QtestClient client) => _client = client;

    /// <summary>How many requests wait to be sent.</summary>
    public int Count => _requests.Count;

    /// <summary>Adds a request of one line; its answer is checked for OK and dropped.</summary>
    public QtestBatch Add(string request)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        _requests.Add(request);
        return this;
    }

    /// <summary>Adds a four-byte write.</summary>
    public QtestBatch Write32(PhysAddr address, uint value) => Add(QtestClient.WriteRequest('l', address, value));

    /// <summary>Adds an eight-byte write.</summary>
    public QtestBatch Write64(PhysAddr address, ulong value) => Add(QtestClient.WriteRequest('q', address, value));

    /// <summary>Adds writes of up to 4 KiB each.</summary>
    public QtestBatch WriteBytes(PhysAddr address, ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at += QtestClient.ChunkBytes)
        {
            var piece = bytes[at..Math.Min(bytes.Length, at + QtestClient.ChunkBytes)];
            Add($"b64write 0x{(address + (ulong)at).Value:x} 0x{piece.Length:x} {Convert.ToBase64String(piece)}");
        }

        return this;
    }

    /// <summary>Adds a <c>memset</c>.</summary>
    public QtestBatch Memset(PhysAddr address, ulong lengthBytes, byte value) => Add($"memset 0x{address.Value:x} 0x{lengthBytes:x} 0x{value:x}");

    /// <summary>Adds a four-byte read, whose value <see cref="Run"/> returns.</summary>
    public QtestBatch Read32(PhysAddr address) => AddRead($"readl 0x{address.Value:x}");

    /// <summary>Adds an eight-byte read, whose value <see cref="Run"/> returns.</summary>
    public QtestBatch Read64(PhysAddr address) => AddRead($"readq 0x{address.Value:x}");

    /// <summary>Sends everything and returns the values of the reads in their order; the batch is empty afterwards.</summary>
    /// <exception cref="QtestException">A request was refused; the answers of the others have been taken, so the connection can be used.</exception>
    public IReadOnlyList<ulong> Run()
    {
        var answers = new List<string>(_requests.Count);
        QtestException? refused = null;
        for (var first = 0; first < _requests.Count;)
        {
            var lines = new StringBuilder();
            var next = first;
            while (next < _requests.Count && (next == first || lines.Length < MostInFlightBytes))
                lines.Append(_requests[next++]).Append('\n');
            _client.Send(lines.ToString());
            for (; first < next; first++)
                answers.Add(Receive(_requests[first], ref refused));
        }

        ulong[] values = refused is null ? [.. _reads.Select(index => QtestClient.ParseNumber(_requests[index], answers[index]))] : [];
        _requests.Clear();
        _reads.Clear();
        return refused is null ? values : throw refused;
    }

    private string Receive(string request, ref QtestException? refused)
    {
        if (_client.TryReceiveAnswer(request, out var answer))
            return answer;
        refused ??= QtestClient.Refusal(request, answer);
        return "";
    }

    private QtestBatch AddRead(string request)
    {
        _reads.Add(_requests.Count);
        return Add(request);
    }
}
