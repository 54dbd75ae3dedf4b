using System.Diagnostics.CodeAnalysis;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Differential.Rigs;

/// <summary>The machines that can be compared, by name.</summary>
internal static class RigList
{
    /// <summary>Makes a machine, or says why not.</summary>
    public static bool TryMake(string name, [NotNullWhen(true)] out IRig? rig, [NotNullWhen(false)] out string? why)
    {
        why = null;
        rig = name switch
        {
            "unit" => new UnitRig("unit", new RemappingUnitOptions()),
            _ => null,
        };
        if (rig is null)
            why = $"--against is '{name}', and there is no such machine; use unit, unit-stale, unit-minimal, door or qemu.";
        return rig is not null;
    }
}
