using NvmeDisk.Job;

namespace DriverSdk.Samples.Tests.Disk;

/// <summary>One run of the sample's program, in process.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    public static ProgramRun Of(params string[] arguments) => Of(options => new DiskJob(options), arguments);

    public static ProgramRun Of(Func<DiskJobOptions, DiskJob> makeJob, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = NvmeDisk.Program.Run(arguments, output, errors, makeJob);
        return new ProgramRun(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>What stands behind a name in the result.</summary>
    public string this[string name] =>
        Output.Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[name.Length..].Trim();

    /// <summary>A number behind a name in the result.</summary>
    public long Number(string name) => long.Parse(this[name].Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
}
