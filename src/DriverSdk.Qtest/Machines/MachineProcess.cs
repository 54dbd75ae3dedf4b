using System.Diagnostics;
using System.Text;

namespace DriverSdk.Qtest.Machines;

/// <summary>The process behind a machine: started with an argument list, its error output kept, killed when done.</summary>
internal sealed class MachineProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    public MachineProcess(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        CommandLine = string.Join(' ', [program, .. start.ArgumentList]);
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += Keep;
        _process.OutputDataReceived += Keep;
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public string CommandLine { get; }

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>How the process stands, for the end of a message.</summary>
    public string Describe()
    {
        // The last lines of an ended process may still be on their way.
        if (_process.HasExited)
            _process.WaitForExit();
        var state = _process.HasExited ? $"it ended with code {_process.ExitCode}" : "it still runs";
        return $"command: {CommandLine}; {state}; it wrote: {(Output.Length == 0 ? "nothing" : Output.TrimEnd())}";
    }

    public bool WaitForExit(TimeSpan timeout) => _process.WaitForExit(timeout);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_errors)
        {
            if (line.Data is not null)
                _errors.AppendLine(line.Data);
        }
    }
}
