using System.Buffers.Binary;
using DriverSdk.Contract.Acpi;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Kernel.Acpi;

/// <summary>Reads the structures of a DMAR, and leaves out each that is malformed with a sentence about it. Linux: drivers/iommu/intel/dmar.c.</summary>
/// <param name="firmwareMemory">What firmware keeps for itself; memory it reserves for devices must lie there.</param>
/// <param name="problems">Takes the sentences.</param>
internal sealed class DmarParser(AddressRange<PhysAddr> firmwareMemory, FirmwareProblems problems)
{
    private readonly List<DmarUnit> _units = [];
    private readonly List<DmarReservation> _reservations = [];

    /// <summary>Finds and reads the DMAR of a machine.</summary>
    public static DmarTable Find(PhysicalMemory ram, PhysAddr? rootPointer, AddressRange<PhysAddr> firmwareMemory, FirmwareProblems problems) =>
        rootPointer is { } pointer && new AcpiTables(ram, problems).TryFind(pointer, AcpiLayout.DmaRemappingSignature, out var table)
            ? new DmarParser(firmwareMemory, problems).Parse(table)
            : DmarTable.Empty;

    /// <summary>Reads a table whose checksum is right.</summary>
    public DmarTable Parse(ReadOnlySpan<byte> table)
    {
        if (table.Length < DmarLayout.Structures)
        {
            problems.Add($"The DMAR is {table.Length} bytes long; the shortest has {DmarLayout.Structures}. DMA is not remapped.");
            return DmarTable.Empty;
        }

        for (var at = DmarLayout.Structures; at < table.Length;)
        {
            var left = table[at..];
            var length = left.Length < DmarLayout.StructureHeaderBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(left[DmarLayout.StructureLength..]);
            if (length < DmarLayout.StructureHeaderBytes || length > left.Length)
            {
                // Without a length nobody knows where the next one begins.
                problems.Add($"The DMAR structure at byte {at} says that it is {length} bytes long, of {left.Length} that are left; it and all after it are ignored.");
                break;
            }

            Read(left[..length], at);
            at += length;
        }

        return new DmarTable
        {
            HostAddressWidth = table[DmarLayout.HostAddressWidth] + 1,
            Flags = table[DmarLayout.Flags],
            Units = _units,
            Reservations = _reservations,
        };
    }

    private void Read(ReadOnlySpan<byte> structure, int at)
    {
        switch ((DmarStructureType)BinaryPrimitives.ReadUInt16LittleEndian(structure))
        {
            case DmarStructureType.RemappingUnit:
                ReadUnit(structure, at);
                break;
            case DmarStructureType.ReservedMemory:
                ReadReservation(structure, at);
                break;
            default:
                // Others exist, and newer firmware has more: software skips what it does not know.
                break;
        }
    }

    private void ReadUnit(ReadOnlySpan<byte> structure, int at)
    {
        if (!Reaches(structure, DmarLayout.UnitScopes, "unit", at) || !IsFirstSegment(structure[DmarLayout.UnitSegment..], "unit", at))
            return;
        var registers = new PhysAddr(BinaryPrimitives.ReadUInt64LittleEndian(structure[DmarLayout.UnitRegisters..]));
        var includesAll = (structure[DmarLayout.UnitFlags] & DmarLayout.IncludesAll) != 0;
        if (registers.Value == 0 || (registers.Value & PageSize.Size4K.OffsetMask) != 0)
            problems.Add($"The DMAR unit at byte {at} has its registers at {registers}, which is no page of its own; it is ignored.");
        else if (_units.Any(unit => unit.Registers == registers))
            problems.Add($"The DMAR unit at byte {at} has its registers at {registers}, as one before it; it is ignored.");
        else if (includesAll && _units.Any(unit => unit.IncludesAll))
            problems.Add($"The DMAR unit at byte {at} includes all functions, as one before it does; it is ignored.");
        else
            _units.Add(new DmarUnit(registers, ReadScopes(structure[DmarLayout.UnitScopes..], at)) { IncludesAll = includesAll });
    }

    private void ReadReservation(ReadOnlySpan<byte> structure, int at)
    {
        if (!Reaches(structure, DmarLayout.ReservedScopes, "reserved memory", at) || !IsFirstSegment(structure[DmarLayout.ReservedSegment..], "reserved memory", at))
            return;
        var start = BinaryPrimitives.ReadUInt64LittleEndian(structure[DmarLayout.ReservedBase..]);
        var last = BinaryPrimitives.ReadUInt64LittleEndian(structure[DmarLayout.ReservedLimit..]);
        var what = $"The DMAR reserves 0x{start:x} to 0x{last:x} for devices";
        if (last <= start || (start & PageSize.Size4K.OffsetMask) != 0 || (last & PageSize.Size4K.OffsetMask) != PageSize.Size4K.OffsetMask)
        {
            problems.Add($"{what}, which is not whole pages of 4 KiB; it is ignored.");
            return;
        }

        var range = new AddressRange<PhysAddr>(new PhysAddr(start), last - start + 1);
        if (_reservations.FirstOrDefault(other => other.Range.Overlaps(range)) is { } overlapped)
            problems.Add($"{what}, which overlaps {overlapped.Range} that it reserved before; it is ignored.");
        else if (!firmwareMemory.Contains(range))
            problems.Add($"{what}, but firmware keeps {firmwareMemory} only: the rest is somebody's memory; it is ignored.");
        else
            _reservations.Add(new DmarReservation(range, ReadScopes(structure[DmarLayout.ReservedScopes..], at)));
    }

    private List<DmarScope> ReadScopes(ReadOnlySpan<byte> bytes, int at)
    {
        var scopes = new List<DmarScope>();
        while (!bytes.IsEmpty)
        {
            var length = bytes.Length < DmarLayout.ScopePath ? 0 : bytes[DmarLayout.ScopeLength];
            var pathBytes = length - DmarLayout.ScopePath;
            if (pathBytes <= 0 || length > bytes.Length || pathBytes % DmarLayout.PathStepBytes != 0)
            {
                problems.Add($"A scope of the DMAR structure at byte {at} is {length} bytes long, of {bytes.Length} that are left; it and those after it are ignored.");
                break;
            }

            var path = new (int, int)[pathBytes / DmarLayout.PathStepBytes];
            for (var step = 0; step < path.Length; step++)
            {
                var place = DmarLayout.ScopePath + (step * DmarLayout.PathStepBytes);
                path[step] = (bytes[place], bytes[place + 1]);
            }

            scopes.Add(new DmarScope((DmarScopeType)bytes[DmarLayout.ScopeType], bytes[DmarLayout.ScopeEnumeration], bytes[DmarLayout.ScopeStartBus], path));
            bytes = bytes[length..];
        }

        return scopes;
    }

    private bool Reaches(ReadOnlySpan<byte> structure, int leastBytes, string what, int at)
    {
        if (structure.Length >= leastBytes)
            return true;
        problems.Add($"The DMAR {what} at byte {at} is {structure.Length} bytes long; the shortest has {leastBytes}. It is ignored.");
        return false;
    }

    private bool IsFirstSegment(ReadOnlySpan<byte> segment, string what, int at)
    {
        var number = BinaryPrimitives.ReadUInt16LittleEndian(segment);
        if (number == 0)
            return true;
        problems.Add($"The DMAR {what} at byte {at} belongs to PCI segment {number}; this machine has segment 0 only. It is ignored.");
        return false;
    }
}
