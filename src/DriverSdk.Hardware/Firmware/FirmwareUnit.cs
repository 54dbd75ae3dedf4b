using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Firmware;

/// <summary>What firmware says about one remapping unit.</summary>
/// <param name="Registers">Where its registers lie.</param>
internal sealed record FirmwareUnit(PhysAddr Registers)
{
    /// <summary>Whether it has every function that no other unit names; such a unit stands last in the table.</summary>
    public bool IncludesAll { get; init; }

    /// <summary>What it has by name.</summary>
    public IReadOnlyList<DeviceScope> Scopes { get; init; } = [];
}
