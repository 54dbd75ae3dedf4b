using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using DriverSdk.Contract.Acpi;

namespace DriverSdk.Hardware.Firmware;

/// <summary>Bytes of a firmware table, appended in order and sealed with the checksum at the end.</summary>
internal sealed class TableBuilder
{
    private const string OemId = "DRVSDK";

    private readonly List<byte> _bytes = [];

    /// <summary>Begins a table with its header.</summary>
    public static TableBuilder Begin(string signature, byte revision)
    {
        var table = new TableBuilder();
        table.Append(Encoding.ASCII.GetBytes(signature)).Zeros(AcpiLayout.Revision - AcpiLayout.Length);
        return table.Append([revision, 0]).Append(Encoding.ASCII.GetBytes(OemId)).Zeros(AcpiLayout.HeaderBytes - AcpiLayout.OemId - OemId.Length);
    }

    public TableBuilder Append(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public TableBuilder Zeros(int count) => Append(new byte[count]);

    public TableBuilder Append16(int value) => Append((byte)value, (byte)(value >> 8));

    public TableBuilder Append64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Append(bytes);
    }

    /// <summary>Fills in length and checksum.</summary>
    public byte[] Seal()
    {
        var bytes = CollectionsMarshal.AsSpan(_bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[AcpiLayout.Length..], bytes.Length);
        bytes[AcpiLayout.Checksum] = Balance(bytes);
        return bytes.ToArray();
    }

    /// <summary>The byte that makes a sum of bytes zero.</summary>
    public static byte Balance(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var value in bytes)
            sum += value;
        return (byte)-sum;
    }
}
