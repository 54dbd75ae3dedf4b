using DriverSdk.Contract.Ports;

namespace DriverSdk.Cli.Protocol;

/// <summary>Accesses to I/O ports.</summary>
internal static class PortCommands
{
    // As QEMU prints them, whatever the width.
    private const int LeastDigits = 4;

    public static void ReadByte(Door door, scoped in Words words) => Read(door, words, AccessWidth.Byte);

    public static void ReadWord(Door door, scoped in Words words) => Read(door, words, AccessWidth.Word);

    public static void ReadLong(Door door, scoped in Words words) => Read(door, words, AccessWidth.DoubleWord);

    public static void WriteByte(Door door, scoped in Words words) => Write(door, words, AccessWidth.Byte);

    public static void WriteWord(Door door, scoped in Words words) => Write(door, words, AccessWidth.Word);

    public static void WriteLong(Door door, scoped in Words words) => Write(door, words, AccessWidth.DoubleWord);

    private static void Read(Door door, scoped in Words words, AccessWidth width)
    {
        if (!Arguments.TryPort(door, words[0], out var port))
            return;
        var value = door.Machine.Ports.ReadPort(port, width);
        door.Machine.Timeline.RunDue();
        door.Answers.OkHex(value, LeastDigits);
    }

    private static void Write(Door door, scoped in Words words, AccessWidth width)
    {
        if (!Arguments.TryPort(door, words[0], out var port) || !Arguments.TryNumber(door, words[1], "VALUE", out var value))
            return;
        door.Machine.Ports.WritePort(port, (uint)value, width);
        door.Machine.Timeline.RunDue();
        door.Answers.Ok();
    }
}
