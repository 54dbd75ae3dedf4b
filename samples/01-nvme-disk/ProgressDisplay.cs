using NvmeDisk.Job;
using Spectre.Console;

namespace NvmeDisk;

/// <summary>Shows how far a run has come; where the output is no terminal it stays silent until the end.</summary>
internal static class ProgressDisplay
{
    public static JobResult Show(IAnsiConsole console, Func<IJobProgress, JobResult> run)
    {
        if (!console.Profile.Capabilities.Interactive)
            return run(new SilentProgress());
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .Start(context => run(new BarProgress(context)));
    }

    private sealed class SilentProgress : IJobProgress
    {
        public void Begin(string what, long totalBytes)
        {
        }

        public void Advance(long bytes)
        {
        }
    }

    private sealed class BarProgress(ProgressContext context) : IJobProgress
    {
        private ProgressTask? _task;

        public void Begin(string what, long totalBytes)
        {
            _task?.StopTask();
            _task = context.AddTask(what, maxValue: totalBytes);
        }

        public void Advance(long bytes) => _task?.Increment(bytes);
    }
}
