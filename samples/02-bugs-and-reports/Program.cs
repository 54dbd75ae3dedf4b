using BugsAndReports;
using BugsAndReports.Bugs;
using Spectre.Console;

// Each bug twice: as the compiler saw it, and as it showed when the driver ran.
BugCase[] bugs =
[
    new("DRV1001", "A mapping is left behind on the error path", () => new LeakOnErrorPath()),
    new("DRV1002", "Memory is freed while the device can still write it", () => new FreeWhileMapped()),
    new("DRV4001", "A static key is switched while a spinlock is held", () => new StaticKeyUnderSpinlock()),
];
var diagnostics = BuildLog.Read();
var missed = 0;
foreach (var bug in bugs)
{
    var diagnostic = diagnostics.FirstOrDefault(candidate => candidate.RuleId == bug.RuleId);
    var report = bug.Run();
    AnsiConsole.Write(new Rule($"{bug.RuleId}  {Markup.Escape(bug.Title)}") { Justification = Justify.Left });
    BugPrinter.Print(AnsiConsole.Console, "build", diagnostic is null ? null : $"{diagnostic.File}:{diagnostic.Line}: {diagnostic.Message}");
    BugPrinter.Print(AnsiConsole.Console, "run", report);
    if (diagnostic is null || report is null)
        missed++;
}

return missed;
