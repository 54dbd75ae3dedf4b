using System.Numerics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>GCMD, GSTS and RTADDR. Callers of commands hold the unit's command lock; the path may be read by any thread.</summary>
/// <remarks>Source: facts/vtd.md 1. A write that changes several command bits at once is refused as a whole, since its effect is undefined.</remarks>
/// <param name="queue">What QIE switches.</param>
/// <param name="interrupts">What IRE and CFI switch.</param>
/// <param name="options">What the unit offers; commands of other features have no effect.</param>
internal sealed class GlobalControl(InvalidationQueue queue, InterruptRemapping interrupts, RemappingUnitOptions options)
{
    private const GlobalCommand OneShot =
        GlobalCommand.SetRootTablePointer | GlobalCommand.SetFaultLog | GlobalCommand.WriteBufferFlush | GlobalCommand.SetInterruptTablePointer;

    private const GlobalCommand Lasting = GlobalCommand.Translation | GlobalCommand.QueuedInvalidation | GlobalCommand.InterruptRemapping
        | GlobalCommand.AdvancedFaultLog | GlobalCommand.CompatibilityFormatInterrupts;

    private RootTableAddress _written;
    private ulong _latched;
    private int _path;

    /// <summary>What happens to requests.</summary>
    public TranslationPath Path => (TranslationPath)Volatile.Read(ref _path);

    /// <summary>The root table in use: what SRTP latched.</summary>
    public PhysAddr RootTable => new RootTableAddress(Volatile.Read(ref _latched)).Table;

    /// <summary>Why requests are refused while the path says so.</summary>
    public FaultReason Refusal =>
        new RootTableAddress(Volatile.Read(ref _latched)).Mode == TranslationTableMode.AbortDma ? FaultReason.DmaAborted : FaultReason.TableModeInvalid;

    /// <summary>GSTS.</summary>
    public GlobalCommand Status { get; private set; }

    /// <summary>RTADDR; it takes effect when SRTP latches it.</summary>
    public ulong RootTableRegister
    {
        get => _written.Value;
        set => _written = new RootTableAddress { Table = new RootTableAddress(value).Table, Mode = new RootTableAddress(value).Mode };
    }

    /// <summary>Writes GCMD.</summary>
    public void Command(GlobalCommand asked)
    {
        var changed = (asked & OneShot) | ((asked ^ Status) & Lasting);
        if (BitOperations.PopCount((uint)changed) != 1)
            return;
        switch (changed)
        {
            case GlobalCommand.SetRootTablePointer:
                Volatile.Write(ref _latched, _written.Value);
                Status |= GlobalCommand.SetRootTablePointer;
                queue.IsTableModeValid = new RootTableAddress(_latched).Mode != TranslationTableMode.Invalid;
                break;
            case GlobalCommand.Translation:
                SwitchTranslation(asked);
                break;
            case GlobalCommand.QueuedInvalidation:
                SwitchQueue(asked);
                break;
            case GlobalCommand.SetInterruptTablePointer or GlobalCommand.InterruptRemapping or GlobalCommand.CompatibilityFormatInterrupts
                when options.InterruptRemapping:
                CommandInterrupts(changed, asked);
                break;
        }

        Volatile.Write(ref _path, (int)PathOf());
    }

    private void SwitchTranslation(GlobalCommand asked)
    {
        if (Status.HasFlag(GlobalCommand.SetRootTablePointer))
            Status = (Status & ~GlobalCommand.Translation) | (asked & GlobalCommand.Translation);
    }

    private void SwitchQueue(GlobalCommand asked)
    {
        if (asked.HasFlag(GlobalCommand.QueuedInvalidation))
        {
            Status |= GlobalCommand.QueuedInvalidation;
            queue.Enable();
        }
        else if (queue.TryDisable())
        {
            Status &= ~GlobalCommand.QueuedInvalidation;
        }
    }

    private void CommandInterrupts(GlobalCommand changed, GlobalCommand asked)
    {
        switch (changed)
        {
            case GlobalCommand.SetInterruptTablePointer:
                interrupts.Latch();
                Status |= GlobalCommand.SetInterruptTablePointer;
                break;
            // As with TE and the root table: nothing to remap by before a table is set.
            case GlobalCommand.InterruptRemapping when !Status.HasFlag(GlobalCommand.SetInterruptTablePointer):
                return;
            default:
                Status = (Status & ~changed) | (asked & changed);
                break;
        }

        interrupts.Apply(Status);
    }

    private TranslationPath PathOf()
    {
        if (!Status.HasFlag(GlobalCommand.Translation))
            return TranslationPath.Untranslated;
        return new RootTableAddress(_latched).Mode == TranslationTableMode.Legacy ? TranslationPath.Tables : TranslationPath.Refused;
    }
}
