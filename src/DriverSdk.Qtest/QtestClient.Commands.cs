using System.Globalization;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Qtest;

public sealed partial class QtestClient
{
    /// <summary>Bytes per <c>b64read</c> or <c>b64write</c>: longer transfers are cut, so that a line stays below 8 KiB.</summary>
    internal const int ChunkBytes = 4096;

    /// <summary>Reads one byte from an I/O port (<c>inb</c>).</summary>
    public byte InByte(ushort port) => (byte)In("inb", port);

    /// <summary>Reads two bytes from an I/O port (<c>inw</c>).</summary>
    public ushort InWord(ushort port) => (ushort)In("inw", port);

    /// <summary>Reads four bytes from an I/O port (<c>inl</c>).</summary>
    public uint InDoubleWord(ushort port) => (uint)In("inl", port);

    /// <summary>Writes one byte to an I/O port (<c>outb</c>).</summary>
    public void OutByte(ushort port, byte value) => Execute($"outb 0x{port:x} 0x{value:x}");

    /// <summary>Writes two bytes to an I/O port (<c>outw</c>).</summary>
    public void OutWord(ushort port, ushort value) => Execute($"outw 0x{port:x} 0x{value:x}");

    /// <summary>Writes four bytes to an I/O port (<c>outl</c>).</summary>
    public void OutDoubleWord(ushort port, uint value) => Execute($"outl 0x{port:x} 0x{value:x}");

    /// <summary>Reads one byte as the CPU would (<c>readb</c>).</summary>
    public byte Read8(PhysAddr address) => (byte)ReadNumber("readb", address);

    /// <summary>Reads two bytes in one access (<c>readw</c>).</summary>
    public ushort Read16(PhysAddr address) => (ushort)ReadNumber("readw", address);

    /// <summary>Reads four bytes in one access (<c>readl</c>).</summary>
    public uint Read32(PhysAddr address) => (uint)ReadNumber("readl", address);

    /// <summary>Reads eight bytes in one access (<c>readq</c>).</summary>
    public ulong Read64(PhysAddr address) => ReadNumber("readq", address);

    /// <summary>Writes one byte as the CPU would (<c>writeb</c>).</summary>
    public void Write8(PhysAddr address, byte value) => Execute(WriteRequest('b', address, value));

    /// <summary>Writes two bytes in one access (<c>writew</c>).</summary>
    public void Write16(PhysAddr address, ushort value) => Execute(WriteRequest('w', address, value));

    /// <summary>Writes four bytes in one access (<c>writel</c>).</summary>
    public void Write32(PhysAddr address, uint value) => Execute(WriteRequest('l', address, value));

    /// <summary>Writes eight bytes in one access (<c>writeq</c>).</summary>
    public void Write64(PhysAddr address, ulong value) => Execute(WriteRequest('q', address, value));

    /// <summary>Reads bytes by <c>b64read</c>, in pieces of at most 4 KiB.</summary>
    public byte[] ReadBytes(PhysAddr address, int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        var bytes = new byte[lengthBytes];
        for (var at = 0; at < lengthBytes; at += ChunkBytes)
        {
            var piece = Math.Min(ChunkBytes, lengthBytes - at);
            var request = $"b64read 0x{(address + (ulong)at).Value:x} 0x{piece:x}";
            var answer = Execute(request);
            if (!Convert.TryFromBase64String(answer, bytes.AsSpan(at, piece), out var written) || written != piece)
                throw new QtestException($"Sent '{request}', expected {piece} bytes in base64, and got {Quote(answer)}.");
        }

        return bytes;
    }

    /// <summary>Reads bytes by <c>read</c>, which answers in hexadecimal: slower than <see cref="ReadBytes"/>, and there for testing a door.</summary>
    public byte[] ReadBytesAsHex(PhysAddr address, int lengthBytes)
    {
        var request = $"read 0x{address.Value:x} 0x{lengthBytes:x}";
        var answer = Execute(request);
        try
        {
            return Convert.FromHexString(answer.StartsWith("0x", StringComparison.Ordinal) ? answer.AsSpan(2) : answer);
        }
        catch (FormatException)
        {
            throw new QtestException($"Sent '{request}', expected {lengthBytes} bytes in hexadecimal, and got {Quote(answer)}.");
        }
    }

    /// <summary>Writes bytes by <c>b64write</c>, in pieces of at most 4 KiB, all sent before the first answer is read.</summary>
    public void WriteBytes(PhysAddr address, ReadOnlySpan<byte> bytes) => StartBatch().WriteBytes(address, bytes).Run();

    /// <summary>Writes bytes by <c>write</c>, in hexadecimal: there for testing a door.</summary>
    public void WriteBytesAsHex(PhysAddr address, ReadOnlySpan<byte> bytes) =>
        Execute($"write 0x{address.Value:x} 0x{bytes.Length:x} 0x{Convert.ToHexStringLower(bytes)}");

    /// <summary>Sets <paramref name="lengthBytes"/> bytes to one value (<c>memset</c>).</summary>
    public void Memset(PhysAddr address, ulong lengthBytes, byte value) => Execute($"memset 0x{address.Value:x} 0x{lengthBytes:x} 0x{value:x}");

    /// <summary>Moves virtual time to the next deadline and returns it. QEMU refuses this under tcg by ending: there one polls instead.</summary>
    public TimeSpan ClockStep() => Nanoseconds("clock_step");

    /// <summary>Moves virtual time forward and returns it.</summary>
    public TimeSpan ClockStep(TimeSpan step) => Nanoseconds(string.Create(CultureInfo.InvariantCulture, $"clock_step {(long)step.TotalNanoseconds}"));

    /// <summary>Moves virtual time to a point, which must not lie in the past, and returns it.</summary>
    public TimeSpan ClockSet(TimeSpan time) => Nanoseconds(string.Create(CultureInfo.InvariantCulture, $"clock_set {(long)time.TotalNanoseconds}"));

    /// <summary>The machine's byte order (<c>endianness</c>).</summary>
    public ByteOrder Endianness()
    {
        var answer = Execute("endianness");
        return answer switch
        {
            "little" => ByteOrder.Little,
            "big" => ByteOrder.Big,
            _ => throw new QtestException($"Sent 'endianness', expected little or big, and got {Quote(answer)}."),
        };
    }

    internal static string WriteRequest(char width, PhysAddr address, ulong value) => $"write{width} 0x{address.Value:x} 0x{value:x}";

    private TimeSpan Nanoseconds(string request)
    {
        var answer = Execute(request);
        return long.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
            ? TimeSpan.FromMicroseconds(nanoseconds / 1000.0)
            : throw new QtestException($"Sent '{request}', expected a number of nanoseconds, and got {Quote(answer)}.");
    }

    private ulong In(string command, ushort port) => Number($"{command} 0x{port:x}");

    private ulong ReadNumber(string command, PhysAddr address) => Number($"{command} 0x{address.Value:x}");

    private ulong Number(string request) => ParseNumber(request, Execute(request));
}
