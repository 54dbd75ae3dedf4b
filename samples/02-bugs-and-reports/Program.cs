using BugsAndReports.Bugs;

namespace BugsAndReports;

internal static class Program
{
    private static readonly BugCase[] Bugs =
    [
        new("DRV1001", "A mapping is left behind on the error path", () => new LeakOnErrorPath()),
        new("DRV1002", "Memory is freed while the device can still write it", () => new FreeWhileMapped()),
        new("DRV4001", "A static key is switched while a spinlock is held", () => new StaticKeyUnderSpinlock()),
    ];

    /// <summary>Shows each bug twice: as the compiler saw it, and as it came to light when the driver ran.</summary>
    /// <returns>How many bugs went unseen in the build or in the run.</returns>
    public static int Main() => Show(BuildLog.Read(), Console.Out);

    internal static int Show(IReadOnlyList<BuildDiagnostic> diagnostics, TextWriter output)
    {
        var missed = 0;
        foreach (var bug in Bugs)
        {
            var diagnostic = diagnostics.FirstOrDefault(candidate => candidate.RuleId == bug.RuleId);
            var finding = bug.Run();
            output.Write(Page.Of(bug, diagnostic, finding));
            if (diagnostic is null || finding.Report is null)
                missed++;
        }

        return missed;
    }
}
