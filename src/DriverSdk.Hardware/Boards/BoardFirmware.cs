using DriverSdk.Contract.Acpi;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Firmware;

namespace DriverSdk.Hardware.Boards;

/// <summary>Describes a board to the software that will run on it.</summary>
internal static class BoardFirmware
{
    /// <summary>Writes the board's ACPI tables into RAM, when all functions that they name have their places.</summary>
    /// <param name="memory">RAM.</param>
    /// <param name="boot">Where things lie.</param>
    /// <param name="units">The board's units; the one that includes all comes last in the table, as it must.</param>
    /// <param name="reservations">What firmware goes on using.</param>
    /// <returns>The root pointer's address.</returns>
    public static PhysAddr Install(PhysicalMemory memory, BootInformation boot, IReadOnlyList<BoardUnit> units, IReadOnlyList<BoardReservation> reservations) =>
        FirmwareTables.Install(memory, units.Count == 0 ? null : Describe(boot, units, reservations));

    private static DmarDescription Describe(BootInformation boot, IReadOnlyList<BoardUnit> units, IReadOnlyList<BoardReservation> reservations) => new()
    {
        HostAddressWidth = units.Max(unit => unit.Options.HostAddressWidth),
        Flags = units.All(unit => unit.Options.InterruptRemapping) ? DmarLayout.InterruptRemapping : (byte)0,
        Units =
        [
            .. units.OrderBy(unit => unit.IncludesAll).Select(unit => new FirmwareUnit(unit.Registers)
            {
                IncludesAll = unit.IncludesAll,
                Scopes = unit.IncludesAll ? [IoApicOf(boot)] : [.. unit.Scope.Select(DeviceScope.Of)],
            }),
        ],
        Reservations = [.. reservations.Select(reserved => new FirmwareReservation(reserved.Range, [.. reserved.Functions.Select(DeviceScope.Of)]))],
    };

    // Its messages arrive at the unit that includes all, under an id that no function has.
    private static DeviceScope IoApicOf(BootInformation boot) =>
        new(DmarScopeType.IoApic, [(boot.IoApicRequester.Device, boot.IoApicRequester.Function)]) { StartBus = (byte)boot.IoApicRequester.Bus };
}
