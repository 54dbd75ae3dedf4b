namespace DriverSdk.Kernel.Annotations;

/// <summary>The member may sleep, and is checked on every call as if it did: only a preemptible task with interrupts on may call it.</summary>
/// <remarks>Linux: <c>might_sleep()</c>. On a type it holds for every member that carries no context attribute of its own.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate)]
public sealed class MaySleepAttribute : Attribute;
