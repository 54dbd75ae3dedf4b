using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Devices;

/// <summary>A device's list of things to release by themselves. Linux: devres, <c>devm_add_action_or_reset()</c>.</summary>
/// <remarks>Released in the opposite order of adding, in task context, when probe has failed and after remove has returned.</remarks>
public sealed class ManagedResources
{
    private readonly Lock _sync = new();
    private readonly List<Action> _releases = [];

    internal ManagedResources()
    {
    }

    /// <summary>How many are waiting to be released.</summary>
    [AnyContext]
    public int Count
    {
        get
        {
            lock (_sync)
                return _releases.Count;
        }
    }

    /// <summary>Adds an action that releases something.</summary>
    /// <param name="release">Runs once, as a task; it may sleep.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void Add([RunsIn(KernelContexts.Task)] Action release, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("ManagedResources.Add", file, line);
        ArgumentNullException.ThrowIfNull(release);
        lock (_sync)
            _releases.Add(release);
    }

    /// <summary>Releases everything, last added first. An action that throws does not keep the others from running; the first exception is thrown afterwards.</summary>
    internal void ReleaseAll()
    {
        Exception? first = null;
        while (TryTakeLast() is { } release)
        {
            try
            {
                release();
            }
            catch (Exception exception)
            {
                first ??= exception;
            }
        }

        if (first is not null)
            throw new InvalidOperationException($"A managed release action threw: {first.Message}", first);
    }

    private Action? TryTakeLast()
    {
        lock (_sync)
        {
            if (_releases.Count == 0)
                return null;
            var last = _releases[^1];
            _releases.RemoveAt(_releases.Count - 1);
            return last;
        }
    }
}
