using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

/// <summary>Schedulers for tests.</summary>
internal static class Kernels
{
    public const byte TestVector = 0x40;

    public static KernelScheduler Create(SchedulerKind kind, int cpuCount = 2, int seed = 1) =>
        kind == SchedulerKind.Host ? KernelScheduler.OnHostThreads(cpuCount) : KernelScheduler.Deterministic(cpuCount, seed);

    /// <summary>Lets one raw vector call an action.</summary>
    public static void OnVector(this KernelScheduler kernel, Action<Cpu, byte> handler) => kernel.VectorHandler = new Vectors(handler);

    public static void RaiseHere(this KernelScheduler kernel, byte vector = TestVector) => kernel.RaiseVector(Cpu.Current, vector);

    public static IrqNumber AllocateIrq(this IrqController irqs, Cpu cpu)
    {
        Assert.IsTrue(irqs.TryAllocateIrqs(cpu, 1, out var irq));
        return irq;
    }

    public static void RaiseIrq(this IrqController irqs, IrqNumber irq)
    {
        var target = irqs.TargetOf(irq);
        irqs.Raise(target.ApicId, target.Vector);
    }

    private sealed class Vectors(Action<Cpu, byte> handler) : IVectorHandler
    {
        public void Handle(Cpu cpu, byte vector) => handler(cpu, vector);
    }
}
