using System.Buffers.Binary;

namespace DriverSdk.Cli.Protocol;

/// <summary>Accesses of 8 to 64 bits to physical addresses.</summary>
internal static class AccessCommands
{
    private const int Digits = 16;

    public static void ReadByte(Door door, scoped in Words words) => Read(door, words, 1);

    public static void ReadWord(Door door, scoped in Words words) => Read(door, words, 2);

    public static void ReadLong(Door door, scoped in Words words) => Read(door, words, 4);

    public static void ReadQuad(Door door, scoped in Words words) => Read(door, words, 8);

    public static void WriteByte(Door door, scoped in Words words) => Write(door, words, 1);

    public static void WriteWord(Door door, scoped in Words words) => Write(door, words, 2);

    public static void WriteLong(Door door, scoped in Words words) => Write(door, words, 4);

    public static void WriteQuad(Door door, scoped in Words words) => Write(door, words, 8);

    private static void Read(Door door, scoped in Words words, int widthBytes)
    {
        if (!Arguments.TryNumber(door, words[0], "ADDR", out var address))
            return;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        door.Machine.Space.Read(address, bytes[..widthBytes]);
        door.Machine.Timeline.RunDue();
        door.Answers.OkHex(BinaryPrimitives.ReadUInt64LittleEndian(bytes), Digits);
    }

    private static void Write(Door door, scoped in Words words, int widthBytes)
    {
        if (!Arguments.TryNumber(door, words[0], "ADDR", out var address) || !Arguments.TryNumber(door, words[1], "VALUE", out var value))
            return;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        door.Machine.Space.Write(address, bytes[..widthBytes]);
        door.Machine.Timeline.RunDue();
        door.Answers.Ok();
    }
}
