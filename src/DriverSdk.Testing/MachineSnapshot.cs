using DriverSdk.Machines;

namespace DriverSdk.Testing;

/// <summary>What a machine had counted before an access.</summary>
internal readonly record struct MachineSnapshot(long FaultsLogged, MachineStatistics Statistics)
{
    public static MachineSnapshot Of(Machine machine) => new(machine.IommuFaults.TotalCount, machine.Statistics);
}
