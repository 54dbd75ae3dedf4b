using System.Collections.Concurrent;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Machines;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Machines with the usual unit, used again when their unit could be brought back to a state in which nothing is on, cached, pending or delivered.</summary>
[TestClass]
public static class MachinePool
{
    private const uint MaskedEvent = 1U << 31;
    private const GlobalCommand Switches =
        GlobalCommand.Translation | GlobalCommand.InterruptRemapping | GlobalCommand.QueuedInvalidation | GlobalCommand.CompatibilityFormatInterrupts;

    private static readonly ConcurrentDictionary<MachineKind, ConcurrentBag<QtestMachine>> Idle = [];

    /// <summary>A machine that was used before, or null.</summary>
    public static QtestMachine? TryRent(MachineKind kind) => Idle.GetOrAdd(kind, _ => []).TryTake(out var machine) ? machine : null;

    /// <summary>Takes a machine back, or ends it.</summary>
    internal static void Return(MachineKind kind, QtestMachine machine, RegisterFile unit, FaultLog faults)
    {
        var isClean = false;
        try
        {
            isClean = TryClean(machine, unit, faults);
        }
        catch (QtestException)
        {
            // A scenario may have ended its machine.
        }

        if (isClean)
            Idle.GetOrAdd(kind, _ => []).Add(machine);
        else
            machine.Dispose();
    }

    [AssemblyCleanup]
    public static void EndIdleMachines()
    {
        foreach (var machine in Idle.Values.SelectMany(machines => machines))
            machine.Dispose();
    }

    // Cached interrupt entries and a stopped queue outlive everything that the registers can do.
    private static bool TryClean(QtestMachine machine, RegisterFile unit, FaultLog faults)
    {
        if (((GlobalCommand)unit.GlobalStatus).HasFlag(GlobalCommand.SetInterruptTablePointer) || new FaultStatus(unit.FaultStatus).QueueError)
            return false;
        foreach (var on in (GlobalCommand[])[GlobalCommand.Translation, GlobalCommand.QueuedInvalidation])
        {
            if (((GlobalCommand)unit.GlobalStatus & on) != 0)
                unit.Command(on, GlobalCommand.None);
        }

        if (((GlobalCommand)unit.GlobalStatus & Switches) != 0)
            return false;
        unit.InvalidateEverything();
        faults.Take();
        unit.Write32(RegisterOffsets.FaultEvent, MaskedEvent);
        unit.Write32(RegisterOffsets.CompletionStatus, 1);
        unit.Write32(RegisterOffsets.CompletionEvent, MaskedEvent);
        machine.Client.StartBatch().Memset(Scenario.Frame(0), 1 << 20, 0).Memset(new(0x0600_0000), 4 << 20, 0).Run();
        return unit.FaultStatus == 0 && machine.DeliveredInterrupts().Count == 0;
    }
}
