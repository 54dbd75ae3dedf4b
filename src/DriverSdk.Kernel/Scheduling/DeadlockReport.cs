using System.Text;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>Tells a deadlock: who waits for what, and who spins on what.</summary>
internal static class DeadlockReport
{
    public static KernelDeadlockException Create(KernelScheduler core)
    {
        var text = new StringBuilder("Deadlock: every task waits, and no timer, interrupt or device work is due.");
        foreach (var task in core.LiveTasks())
            text.Append("\n  task '").Append(task.Name).Append("' on ").Append(task.Cpu).Append(' ').Append(Describe(task));
        foreach (var cpu in core.Cpus)
        {
            if (cpu.CurrentTask is { IsIdle: true, SpinTarget: { } target })
                text.Append("\n  an interrupt handler on idle ").Append(cpu).Append(" spins on ").Append(target.Describe());
        }

        return new KernelDeadlockException(text.ToString());
    }

    private static string Describe(KernelTask task)
    {
        if (task.SpinTarget is { } target)
            return $"spins on {target.Describe()}";
        return Volatile.Read(ref task.State) == TaskState.Blocked
            ? $"waits for {task.WaitsFor}"
            : "is ready, but its CPU never becomes free";
    }
}
