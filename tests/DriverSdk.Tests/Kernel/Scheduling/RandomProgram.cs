using DriverSdk.Kernel.Deferred;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

/// <summary>A seeded program of tasks that lock, wait, wake, arm timers and queue work; it ends if and only if no wake-up is lost.</summary>
internal sealed class RandomProgram(int seed)
{
    private const int Steps = 25;
    private readonly Random _random = new(seed);
    private readonly Spinlock _spinlock = new("counter");
    private readonly KernelMutex _mutex = new("total");
    private readonly WaitQueue _changed = new("changed");
    private readonly Completion _tokens = new("tokens");
    private int _counter;
    private int _total;
    private int _timersFired;

    public void Run()
    {
        using var kernel = KernelScheduler.Deterministic(1 + _random.Next(4), seed);
        var taskCount = 1 + _random.Next(5);
        kernel.Run(() =>
        {
            var queue = new Workqueue(kernel, "events");
            var programs = Enumerable.Range(0, taskCount).Select(_ => Enumerable.Range(0, Steps).Select(_ => _random.Next(6)).ToArray()).ToArray();
            var tasks = programs.Select((program, index) => kernel.Spawn($"t{index}", () => Execute(kernel, queue, program))).ToArray();
            foreach (var task in tasks)
                task.Join();
            queue.Destroy();
            _changed.Wait(() => _timersFired == programs.Sum(program => program.Count(step => step == 3)));
        });
        Assert.AreEqual(taskCount * Steps, _counter);
        Assert.AreEqual(taskCount * Steps, _total);
    }

    private void Execute(KernelScheduler kernel, Workqueue queue, int[] program)
    {
        foreach (var step in program)
        {
            var before = 0;
            using (_spinlock.HoldIrqSave())
                before = ++_counter;
            _changed.WakeAll();
            Step(kernel, queue, step, before);
            using (_mutex.Hold())
                _total++;
        }
    }

    private void Step(KernelScheduler kernel, Workqueue queue, int step, int before)
    {
        switch (step)
        {
            case 0:
                _changed.Wait(() => _counter >= before);
                break;
            case 1:
                _tokens.Complete();
                _tokens.Wait();
                break;
            case 2:
                var work = new WorkItem("token", _tokens.Complete);
                queue.Queue(work);
                _tokens.Wait();
                break;
            case 3:
                var timer = new KernelTimer(kernel, "tick", () =>
                {
                    Interlocked.Increment(ref _timersFired);
                    _changed.WakeAll();
                });
                timer.Arm(TimeSpan.FromMicroseconds(step));
                break;
            case 4:
                kernel.Clock.Sleep(TimeSpan.FromMicroseconds(before % 7));
                break;
            default:
                Preemption.Yield();
                break;
        }
    }
}
