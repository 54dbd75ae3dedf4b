using System.Diagnostics.CodeAnalysis;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>Unwinds a task's stack when its machine is disposed of; it never leaves the scheduler.</summary>
[SuppressMessage("Design", "CA1064", Justification = "no caller outside the scheduler can meet it")]
internal sealed class TaskKilledException : Exception;
