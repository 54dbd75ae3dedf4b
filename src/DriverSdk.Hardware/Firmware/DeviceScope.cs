using DriverSdk.Contract.Acpi;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Hardware.Firmware;

/// <summary>One function or bridge as firmware names it: by the way to it from bus 0, which holds however software numbers the buses.</summary>
/// <param name="Type">What is meant: the function alone, or all behind the bridge.</param>
/// <param name="Path">Device and function numbers of each bridge on the way and of the function itself; for an I/O APIC the place it appears at.</param>
internal sealed record DeviceScope(DmarScopeType Type, IReadOnlyList<(int Device, int Function)> Path)
{
    /// <summary>The number of an I/O APIC or HPET; 0 otherwise.</summary>
    public byte Enumeration { get; init; }

    /// <summary>The bus on which the path begins.</summary>
    public byte StartBus { get; init; }

    /// <summary>The scope of a function; that of a bridge takes in all behind it.</summary>
    public static DeviceScope Of(PciFunction function)
    {
        var path = new List<(int, int)>();
        for (var step = function; step is not null; step = step.Bus?.Bridge)
            path.Insert(0, (step.Place.Device, step.Place.Function));
        return new DeviceScope(function is PciBridge ? DmarScopeType.Bridge : DmarScopeType.Endpoint, path);
    }
}
