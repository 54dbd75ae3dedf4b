using BugsAndReports.Bugs;
using BugsAndReports.Device;
using DriverSdk.Contract.Addressing;
using DriverSdk.Machines;
using DriverSdk.Sanitizer;

namespace BugsAndReports;

/// <summary>One buggy driver and the rule it breaks.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Title">What goes wrong.</param>
/// <param name="MakeDriver">Makes the driver.</param>
internal sealed record BugCase(string RuleId, string Title, Func<FillDriver> MakeDriver)
{
    /// <summary>Runs the driver on a machine of its own, from probe to unbind.</summary>
    /// <remarks>The seed makes addresses the same in each run, so that they can be written into a page.</remarks>
    public Finding Run()
    {
        using var machine = new MachineBuilder()
            .Deterministic(seed: 1)
            .WithSanitizer(new SanitizerOptions { Policy = ViolationPolicy.Count })
            .Attach(new FillEngine(), new Bdf(0, 2, 0))
            .Build();
        var driver = MakeDriver();
        machine.Run(kernel =>
        {
            kernel.Pci.RegisterDriver(driver);
            kernel.Pci.UnregisterDriver(driver);
        });
        var violations = machine.Sanitizer.Violations;
        return new Finding(
            violations.FirstOrDefault(violation => violation.RuleId == RuleId)?.ToString(),
            [.. violations.Where(violation => violation.RuleId != RuleId).Select(violation => violation.ToString()), .. driver.Harm]);
    }
}
