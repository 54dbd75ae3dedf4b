using System.Runtime.InteropServices;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Memory;

/// <summary>Numbers for task names, so that a page can remember who allocated it without a reference. The table only grows; names repeat.</summary>
internal sealed class TaskNames
{
    private readonly Lock _growth = new();
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _names = [""];
    private readonly LastSeen[] _lastByCpu;

    public TaskNames(int cpuCount) => _lastByCpu = new LastSeen[cpuCount];

    /// <summary>The number of the name of the task that runs on <paramref name="cpu"/>, the caller's own; 0 for a host thread that runs no task.</summary>
    public int NumberOfTaskOn(Cpu? cpu)
    {
        if (cpu?.CurrentTask is not { } task || cpu.Index >= _lastByCpu.Length)
            return 0;
        // Only the CPU's own thread gets here, so task and number belong together.
        ref var last = ref _lastByCpu[cpu.Index];
        if (!ReferenceEquals(last.Task, task))
            last = new LastSeen { Task = task, Number = NumberOf(task.Name) };
        return last.Number;
    }

    /// <summary>The name behind a number; empty for 0.</summary>
    public string NameOf(int number)
    {
        lock (_growth)
            return _names[number];
    }

    private int NumberOf(string name)
    {
        lock (_growth)
        {
            if (_numbers.TryGetValue(name, out var number))
                return number;
            _names.Add(name);
            return _numbers[name] = _names.Count - 1;
        }
    }

    // A cache line per CPU: each writes its own.
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct LastSeen
    {
        public KernelTask? Task;
        public int Number;
    }
}
