namespace DriverSdk.Kernel.Annotations;

/// <summary>After the call the receiver is held, until a <see cref="ReleasesLockAttribute"/> call on it or the end of the guard it returned.</summary>
/// <remarks>
/// A static member speaks of its type, as <c>LocalIrq.Disable</c>. On a method that returns <see langword="bool"/>, <see langword="false"/> means not held.
/// Whether holding it makes the code atomic is said by <see cref="AtomicScopeAttribute"/>: a mutex is held, yet its holder may sleep.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AcquiresLockAttribute : Attribute;
