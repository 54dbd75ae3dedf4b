using BugsAndReports.Device;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;

namespace BugsAndReports;

/// <summary>One buggy driver and the rule it breaks.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Title">What goes wrong.</param>
/// <param name="MakeDriver">Makes the driver.</param>
internal sealed record BugCase(string RuleId, string Title, Func<PciDriver> MakeDriver)
{
    /// <summary>Runs the driver on a machine of its own and returns the sanitizer's report of the rule, or null when there was none.</summary>
    public string? Run()
    {
        using var machine = new MachineBuilder().Attach(new FillEngine(), new Bdf(0, 2, 0)).Build();
        var driver = MakeDriver();
        machine.Run(kernel =>
        {
            kernel.Pci.RegisterDriver(driver);
            kernel.Pci.UnregisterDriver(driver);
        });
        return machine.Sanitizer.Violations.FirstOrDefault(violation => violation.RuleId == RuleId)?.ToString();
    }
}
