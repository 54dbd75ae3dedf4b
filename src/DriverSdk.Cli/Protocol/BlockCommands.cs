using System.Buffers;
using System.Buffers.Text;

namespace DriverSdk.Cli.Protocol;

/// <summary>Transfers of many bytes.</summary>
internal static class BlockCommands
{
    private const int FillBytes = 64 << 10;

    public static void Read(Door door, scoped in Words words)
    {
        if (!TryRange(door, words, out var address, out var size))
            return;
        if (size == 0)
        {
            door.Answers.Fail("SIZE is 0; read at least one byte.");
            return;
        }

        var bytes = door.Scratch(size);
        door.Machine.Space.Read(address, bytes);
        door.Machine.Timeline.RunDue();
        door.Answers.OkHexBytes(bytes);
    }

    public static void ReadBase64(Door door, scoped in Words words)
    {
        if (!TryRange(door, words, out var address, out var size))
            return;
        var bytes = door.Scratch(size);
        door.Machine.Space.Read(address, bytes);
        door.Machine.Timeline.RunDue();
        door.Answers.OkBase64(bytes);
    }

    public static void Write(Door door, scoped in Words words)
    {
        if (!TryRange(door, words, out var address, out var size))
            return;
        var text = words[2];
        if (text.Length < 3 || text[0] != (byte)'0' || text[1] is not ((byte)'x' or (byte)'X'))
        {
            door.Answers.Fail($"DATA is '{Arguments.Quote(text)}'; give 0x and two hexadecimal digits for each byte.");
            return;
        }

        // Half a byte at the end is none, and what goes beyond SIZE is not looked at.
        var digits = text[2..(2 + (int)Math.Min((text.Length - 2) & ~1L, 2L * size))];
        var bytes = door.Scratch(size);
        if (Convert.FromHexString(digits, bytes, out _, out var given) != OperationStatus.Done)
        {
            door.Answers.Fail($"DATA has something that is no hexadecimal digit near byte {given}; give 0x and two digits for each byte.");
            return;
        }

        bytes[given..].Clear();
        Finish(door, address, bytes);
    }

    public static void WriteBase64(Door door, scoped in Words words)
    {
        if (!TryRange(door, words, out var address, out var size))
            return;
        var text = words[2];
        var bytes = door.Scratch(Base64.GetMaxDecodedFromUtf8Length(text.Length));
        if (text.IsEmpty || Base64.DecodeFromUtf8(text, bytes, out _, out var given) != OperationStatus.Done)
        {
            door.Answers.Fail($"DATA is '{Arguments.Quote(text)}'; give base 64 with its padding.");
            return;
        }

        Finish(door, address, bytes[..Math.Min(given, size)]);
    }

    public static void Fill(Door door, scoped in Words words)
    {
        if (!TryRange(door, words, out var address, out var size) || !Arguments.TryNumber(door, words[2], "VALUE", out var value))
            return;
        var bytes = door.Scratch(Math.Min(size, FillBytes));
        bytes.Fill((byte)value);
        for (var done = 0; done < size; done += FillBytes)
        {
            var place = unchecked(address + (ulong)done);
            if (place < address)
                break;
            door.Machine.Space.Write(place, bytes[..Math.Min(size - done, FillBytes)]);
        }

        door.Machine.Timeline.RunDue();
        door.Answers.Ok();
    }

    private static bool TryRange(Door door, scoped in Words words, out ulong address, out int size)
    {
        size = 0;
        return Arguments.TryNumber(door, words[0], "ADDR", out address) && Arguments.TrySize(door, words[1], out size);
    }

    private static void Finish(Door door, ulong address, ReadOnlySpan<byte> bytes)
    {
        door.Machine.Space.Write(address, bytes);
        door.Machine.Timeline.RunDue();
        door.Answers.Ok();
    }
}
