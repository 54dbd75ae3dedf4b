using DriverSdk.Kernel.Scheduling;
using DriverSdk.Machines;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

/// <summary>Machines that a scenario must hold on: host threads and twenty seeds, devices that act at once and devices that act when the scheduler says.</summary>
internal static class EveryMachine
{
    private const int Seeds = 20;

    public static void Runs(Action<MachineBuilder> parts, Action<TestMachine> scenario)
    {
        foreach (var policy in new[] { ProgressPolicy.Immediate, ProgressPolicy.Scheduled })
        {
            for (var seed = 0; seed <= Seeds; seed++)
            {
                using var machine = seed == Seeds
                    ? TestMachine.WithIommu(builder => parts(builder.WithDeviceProgress(policy)))
                    : TestMachine.Deterministic(seed, builder => parts(builder.WithRam(64UL << 20).WithDeviceProgress(policy)));
                try
                {
                    scenario(machine);
                }
                catch (Exception failure)
                {
                    throw new AssertFailedException($"{policy}, {(seed == Seeds ? "host threads" : $"seed {seed}")}: {failure.Message}", failure);
                }
            }
        }
    }
}
