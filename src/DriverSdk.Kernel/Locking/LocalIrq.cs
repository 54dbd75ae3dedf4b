using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>Interrupts of the current CPU. Linux: <c>local_irq_disable</c> and its kin.</summary>
[AnyContext]
[AtomicScope]
public static class LocalIrq
{
    /// <summary>Whether interrupts are off. Linux: <c>irqs_disabled</c>.</summary>
    public static bool IsDisabled => Cpu.Current.IrqsDisabled;

    /// <summary>Disables interrupts; does not nest. Linux: <c>local_irq_disable</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public static void Disable([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var cpu = Cpu.Current;
        cpu.EnterAtomic(cpu.AtomicState | AtomicState.IrqsOff, file, line);
    }

    /// <summary>Enables interrupts; those held back arrive before it returns. Linux: <c>local_irq_enable</c>.</summary>
    [ReleasesLock]
    public static void Enable() => Restore(default);

    /// <summary>Disables interrupts and says how they were. Linux: <c>local_irq_save</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public static IrqFlags Save([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var flags = new IrqFlags(Cpu.Current.AtomicState & AtomicState.IrqsOff);
        Disable(file, line);
        return flags;
    }

    /// <summary>Restores what <see cref="Save"/> saved; when that enables interrupts, those held back arrive before it returns. Linux: <c>local_irq_restore</c>.</summary>
    /// <param name="flags">The saved state.</param>
    [ReleasesLock]
    public static void Restore(IrqFlags flags)
    {
        var cpu = Cpu.Current;
        cpu.AtomicState = (cpu.AtomicState & ~AtomicState.IrqsOff) | flags.State;
        InterruptPoint.Enabled(cpu);
    }

    /// <summary>Disables interrupts until the guard is disposed, which restores them. Linux: <c>guard(irqsave)</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public static LocalIrqGuard Hold([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => new(Save(file, line));
}
