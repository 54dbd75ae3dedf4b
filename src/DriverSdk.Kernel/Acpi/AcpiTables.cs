using System.Buffers.Binary;
using System.Text;
using DriverSdk.Contract.Acpi;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Kernel.Acpi;

/// <summary>Finds firmware's tables in RAM and believes none whose signature, length or checksum is wrong. Linux: drivers/acpi/acpica/tbxfroot.c, tbutils.c.</summary>
internal sealed class AcpiTables(PhysicalMemory ram, FirmwareProblems problems)
{
    private const int EntryBytes = sizeof(ulong);
    private const uint MaxTableBytes = 1 << 20;

    /// <summary>Copies the table with a signature.</summary>
    /// <param name="rootPointer">Where the root pointer lies.</param>
    /// <param name="signature">Four letters.</param>
    /// <param name="table">The whole table with its header.</param>
    /// <returns>False when there is no such table that can be believed; what is wrong has been written down then.</returns>
    public bool TryFind(PhysAddr rootPointer, string signature, out byte[] table)
    {
        table = [];
        if (!TryReadRootPointer(rootPointer, out var list) || !TryRead(list, AcpiLayout.ExtendedSystemTableSignature, out var addresses))
            return false;
        for (var at = AcpiLayout.HeaderBytes; at + EntryBytes <= addresses.Length; at += EntryBytes)
        {
            var address = new PhysAddr(BinaryPrimitives.ReadUInt64LittleEndian(addresses.AsSpan(at)));
            if (SignatureAt(address) == signature)
                return TryRead(address, signature, out table);
        }

        return false;
    }

    private static byte SumOf(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var value in bytes)
            sum += value;
        return sum;
    }

    private static string Show(ReadOnlySpan<byte> letters) => Encoding.ASCII.GetString(letters).Replace('\0', '.');

    private bool TryReadRootPointer(PhysAddr at, out PhysAddr list)
    {
        list = default;
        var bytes = new byte[AcpiLayout.RootPointerBytes];
        var signature = AcpiLayout.RootPointerSignature;
        if (!ram.TryRead(at, bytes))
            return Refuse($"The ACPI root pointer at {at} does not lie in RAM.");
        if (Show(bytes.AsSpan(0, signature.Length)) != signature)
            return Refuse($"The ACPI root pointer at {at} begins with '{Show(bytes.AsSpan(0, signature.Length))}'; expected '{signature}'.");
        if (SumOf(bytes.AsSpan(0, AcpiLayout.RootPointerFirstBytes)) != 0 || SumOf(bytes) != 0)
            return Refuse($"The ACPI root pointer at {at} has a wrong checksum: its bytes add up to 0x{SumOf(bytes):x2} instead of 0.");
        list = new PhysAddr(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(AcpiLayout.RootPointerTable)));
        return true;
    }

    private bool TryRead(PhysAddr at, string signature, out byte[] table)
    {
        table = [];
        var header = new byte[AcpiLayout.HeaderBytes];
        if (!ram.TryRead(at, header))
            return Refuse($"The ACPI table {signature} at {at} does not lie in RAM.");
        if (SignatureAt(at) != signature)
            return Refuse($"The ACPI table at {at} has the signature '{SignatureAt(at)}'; expected '{signature}'.");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(AcpiLayout.Length));
        if (length is < AcpiLayout.HeaderBytes or > MaxTableBytes || !ram.Contains(at, length))
            return Refuse($"The ACPI table {signature} at {at} says that it is {length} bytes long; a table has {AcpiLayout.HeaderBytes} to {MaxTableBytes} bytes, all in RAM.");
        var bytes = new byte[length];
        ram.TryRead(at, bytes);
        if (SumOf(bytes) != 0)
            return Refuse($"The ACPI table {signature} at {at} has a wrong checksum: its bytes add up to 0x{SumOf(bytes):x2} instead of 0.");
        table = bytes;
        return true;
    }

    private string SignatureAt(PhysAddr at)
    {
        Span<byte> letters = stackalloc byte[AcpiLayout.Length];
        return ram.TryRead(at, letters) ? Show(letters) : "";
    }

    private bool Refuse(string problem)
    {
        problems.Add(problem);
        return false;
    }
}
