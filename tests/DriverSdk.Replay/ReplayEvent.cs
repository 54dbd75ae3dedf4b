namespace DriverSdk.Replay;

/// <summary>One step of a recorded run.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Address">Where, in the space that the kind implies.</param>
/// <param name="WidthBytes">Width of a register access.</param>
/// <param name="Value">Value written, got, or how it ended.</param>
/// <param name="Bytes">Bytes stored or moved, otherwise empty.</param>
internal sealed record ReplayEvent(ReplayEventKind Kind, ulong Address, int WidthBytes, ulong Value, byte[] Bytes)
{
    public static ReplayEvent Read(BinaryReader reader) => new(
        (ReplayEventKind)reader.ReadByte(),
        reader.ReadUInt64(),
        reader.ReadInt32(),
        reader.ReadUInt64(),
        reader.ReadBytes(reader.ReadInt32()));

    public void Write(BinaryWriter writer)
    {
        writer.Write((byte)Kind);
        writer.Write(Address);
        writer.Write(WidthBytes);
        writer.Write(Value);
        writer.Write(Bytes.Length);
        writer.Write(Bytes);
    }

    public override string ToString() => $"{Kind} 0x{Address:x} width {WidthBytes} value 0x{Value:x} ({Bytes.Length} bytes)";
}
