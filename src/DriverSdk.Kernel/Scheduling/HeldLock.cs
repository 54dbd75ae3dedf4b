namespace DriverSdk.Kernel.Scheduling;

/// <summary>A lock that a task holds, and where it took it.</summary>
internal readonly record struct HeldLock(string Name, string File, int Line);
