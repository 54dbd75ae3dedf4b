using System.Buffers.Binary;
using System.Text;
using DriverSdk.Contract.Acpi;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Hardware.Firmware;

/// <summary>Writes ACPI tables into RAM as firmware does before it starts a kernel: the root pointer, the XSDT, and a DMAR where there are remapping units.</summary>
internal static class FirmwareTables
{
    private const ulong FirstTableOffset = 0x1000;
    private const ulong TableAlignment = 64;
    private const byte ExtendedRevision = 2;
    private const byte XsdtRevision = 1;

    /// <summary>Where firmware's own code and tables lie; no reserved memory of a device may overlap it.</summary>
    public static AddressRange<PhysAddr> Home { get; } = new(new PhysAddr(0xE_0000), 0x2_0000);

    /// <summary>Where the root pointer lies.</summary>
    public static PhysAddr RootPointer => Home.Start;

    /// <summary>Writes everything.</summary>
    /// <param name="memory">RAM.</param>
    /// <param name="dmar">The machine's units, or null on a machine without one.</param>
    /// <returns>What the kernel is told: the root pointer's address.</returns>
    /// <exception cref="ArgumentException">The tables are longer than the space that firmware has for them.</exception>
    public static PhysAddr Install(PhysicalMemory memory, DmarDescription? dmar)
    {
        var table = dmar is null ? null : DmarWriter.Write(dmar);
        var xsdt = TableBuilder.Begin(AcpiLayout.ExtendedSystemTableSignature, XsdtRevision);
        var xsdtAddress = Home.Start + FirstTableOffset;
        var dmarAddress = xsdtAddress + TableAlignment;
        if (table is not null)
            xsdt.Append64(dmarAddress.Value);
        Put(memory, RootPointer, WriteRootPointer(xsdtAddress));
        Put(memory, xsdtAddress, xsdt.Seal());
        if (table is not null)
            Put(memory, dmarAddress, table);
        return RootPointer;
    }

    private static byte[] WriteRootPointer(PhysAddr xsdt)
    {
        var bytes = new byte[AcpiLayout.RootPointerBytes];
        Encoding.ASCII.GetBytes(AcpiLayout.RootPointerSignature).CopyTo(bytes, 0);
        bytes[AcpiLayout.RootPointerRevision] = ExtendedRevision;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(AcpiLayout.RootPointerLength), bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(AcpiLayout.RootPointerTable), xsdt.Value);
        bytes[AcpiLayout.RootPointerChecksum] = TableBuilder.Balance(bytes.AsSpan(0, AcpiLayout.RootPointerFirstBytes));
        bytes[AcpiLayout.RootPointerExtendedChecksum] = TableBuilder.Balance(bytes);
        return bytes;
    }

    private static void Put(PhysicalMemory memory, PhysAddr address, byte[] bytes)
    {
        if (!Home.Contains(new AddressRange<PhysAddr>(address, (ulong)bytes.Length)) || !memory.TryWrite(address, bytes))
            throw new ArgumentException($"A firmware table of {bytes.Length} bytes at {address} does not fit into firmware's {Home}; name fewer devices by their own scopes.");
    }
}
