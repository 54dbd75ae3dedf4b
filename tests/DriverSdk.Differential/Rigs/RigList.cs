using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Addressing;
using DriverSdk.Differential.Twin;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Qtest.Machines;

namespace DriverSdk.Differential.Rigs;

/// <summary>The machines that can be compared, by name.</summary>
internal static class RigList
{
    private const int AddressWidth = 48;

    /// <summary>Makes a machine, or says why not.</summary>
    public static bool TryMake(string name, [NotNullWhen(true)] out IRig? rig, [NotNullWhen(false)] out string? why)
    {
        why = null;
        rig = name switch
        {
            "unit" => OfUnit(name, new CachePolicy()),
            "unit-stale" => OfUnit(name, CachePolicy.MaximallyStale),
            "unit-minimal" => OfUnit(name, CachePolicy.Minimal),
            "door" => Behind(name, DriverSdkMachine.Start(Options())),
            "qemu" => QemuInstallation.TryFind() is null ? null : Behind(name, QemuMachine.Start(Options())),
            _ => null,
        };
        if (rig is null)
            why = name == "qemu" ? $"--against is 'qemu', but {QemuInstallation.MissingText}."
                : $"--against is '{name}', and there is no such machine; use unit, unit-stale, unit-minimal, door or qemu.";
        return rig is not null;
    }

    private static UnitRig OfUnit(string name, CachePolicy policy) => new(name, new RemappingUnitOptions { Caches = policy });

    private static QtestRig Behind(string name, QtestMachine machine) => new(name, machine, new UnitShape(AddressWidth, AddressWidth, MemoryMap.RamBytes));

    private static QtestMachineOptions Options() => MemoryMap.DevFns.Aggregate(
        new QtestMachineOptions { MemoryBytes = MemoryMap.RamBytes, Iommu = new QtestIommuOptions { AddressWidth = AddressWidth } },
        (options, devFn) => options.With("edu", new Bdf((ushort)devFn), "dma_mask=0xffffffffffffffff"));
}
