namespace DriverSdk.Kernel.Annotations;

/// <summary>The duty to unmap or to free passes to the callee: the argument's on a parameter, the receiver's on a method.</summary>
/// <remarks>Where the same method returns a <see cref="MustUnmapAttribute"/> value, that value carries the duty from then on: <c>loan.AsScope()</c>.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Parameter)]
public sealed class TakesOwnershipAttribute : Attribute;
