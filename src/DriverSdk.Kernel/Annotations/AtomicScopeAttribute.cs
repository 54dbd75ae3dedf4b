namespace DriverSdk.Kernel.Annotations;

/// <summary>Inside it nothing may sleep: preemption or interrupts are off.</summary>
/// <remarks>
/// On a guard type: from where a value of it is obtained until it is disposed. On a lock's type: from each of its <see cref="AcquiresLockAttribute"/> calls to the
/// matching <see cref="ReleasesLockAttribute"/> call. On a method: the same for that method alone, or for the guard it returns.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method)]
public sealed class AtomicScopeAttribute : Attribute;
