namespace DriverSdk.Kernel.Annotations;

/// <summary>The member never sleeps: task, softirq and hardirq context may call it, also with interrupts off or a spinlock held.</summary>
/// <remarks>On a type it holds for every member that carries no context attribute of its own.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Interface | AttributeTargets.Delegate)]
public sealed class AnyContextAttribute : Attribute;
