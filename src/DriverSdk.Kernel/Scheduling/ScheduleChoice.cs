namespace DriverSdk.Kernel.Scheduling;

/// <summary>One thing that can happen next in a deterministic machine.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Cpu">Where, or null for a device.</param>
/// <param name="Position">The position in the CPU's run queue, or among the ready device work.</param>
internal readonly record struct ScheduleChoice(ScheduleChoiceKind Kind, Cpu? Cpu, int Position);
