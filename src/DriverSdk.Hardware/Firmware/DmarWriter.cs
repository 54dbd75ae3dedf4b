using DriverSdk.Contract.Acpi;

namespace DriverSdk.Hardware.Firmware;

/// <summary>Writes the DMA remapping table.</summary>
internal static class DmarWriter
{
    private const byte Revision = 1;

    public static byte[] Write(DmarDescription description)
    {
        var table = TableBuilder.Begin(AcpiLayout.DmaRemappingSignature, Revision);
        table.Append((byte)(description.HostAddressWidth - 1), description.Flags).Zeros(DmarLayout.Structures - DmarLayout.Flags - 1);
        foreach (var unit in description.Units)
        {
            Begin(table, DmarStructureType.RemappingUnit, DmarLayout.UnitScopes, unit.Scopes);
            table.Append(unit.IncludesAll ? DmarLayout.IncludesAll : (byte)0, 0).Append16(0).Append64(unit.Registers.Value);
            Append(table, unit.Scopes);
        }

        foreach (var reservation in description.Reservations)
        {
            Begin(table, DmarStructureType.ReservedMemory, DmarLayout.ReservedScopes, reservation.Scopes);
            table.Append16(0).Append16(0).Append64(reservation.Range.Start.Value).Append64(reservation.Range.Last.Value);
            Append(table, reservation.Scopes);
        }

        return table.Seal();
    }

    private static void Begin(TableBuilder table, DmarStructureType type, int fixedBytes, IReadOnlyList<DeviceScope> scopes) =>
        table.Append16((int)type).Append16(fixedBytes + scopes.Sum(LengthOf));

    private static void Append(TableBuilder table, IReadOnlyList<DeviceScope> scopes)
    {
        foreach (var scope in scopes)
        {
            table.Append((byte)scope.Type, (byte)LengthOf(scope), 0, 0, scope.Enumeration, scope.StartBus);
            foreach (var (device, function) in scope.Path)
                table.Append((byte)device, (byte)function);
        }
    }

    private static int LengthOf(DeviceScope scope) => DmarLayout.ScopePath + (DmarLayout.PathStepBytes * scope.Path.Count);
}
