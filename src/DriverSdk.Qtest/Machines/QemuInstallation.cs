using System.Collections.Concurrent;
using System.Diagnostics;

namespace DriverSdk.Qtest.Machines;

/// <summary>The QEMU of this computer: <c>qemu-system-x86_64</c> on PATH, or what DRIVERSDK_QEMU names.</summary>
public sealed class QemuInstallation
{
    /// <summary>The environment variable that names another program than the one on PATH.</summary>
    public const string PathVariable = "DRIVERSDK_QEMU";

    /// <summary>What to say, and to do, when there is none.</summary>
    public const string MissingText = "qemu-system-x86_64 is not installed: apt-get install qemu-system-x86";

    private const string ProgramName = "qemu-system-x86_64";

    // Asking costs a process, and machines are started by the hundred.
    private static readonly ConcurrentDictionary<string, string> Versions = [];

    private QemuInstallation(string programPath, string version)
    {
        ProgramPath = programPath;
        Version = version;
    }

    /// <summary>The program's full path.</summary>
    public string ProgramPath { get; }

    /// <summary>The first line of <c>--version</c>.</summary>
    public string Version { get; }

    /// <summary>Looks for QEMU; null when there is none.</summary>
    /// <exception cref="FileNotFoundException">DRIVERSDK_QEMU names a file that does not exist.</exception>
    public static QemuInstallation? TryFind()
    {
        var named = Environment.GetEnvironmentVariable(PathVariable);
        if (!string.IsNullOrEmpty(named) && !File.Exists(named))
            throw new FileNotFoundException($"{PathVariable} is '{named}', and there is no such file; correct it or unset it.", named);
        var path = string.IsNullOrEmpty(named) ? ProgramSearch.OnPath(ProgramName) : Path.GetFullPath(named);
        return path is null ? null : new QemuInstallation(path, Versions.GetOrAdd(path, ReadVersion));
    }

    private static string ReadVersion(string path)
    {
        using var process = Process.Start(new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadLine() ?? "";
        process.WaitForExit();
        return line;
    }
}
