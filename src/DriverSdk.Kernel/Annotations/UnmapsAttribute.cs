namespace DriverSdk.Kernel.Annotations;

/// <summary>The call unmaps a mapping: the argument on a parameter, the receiver on a method.</summary>
/// <remarks>The <c>Dispose</c> of a scope that unmaps carries it too, which is how <c>using</c> fulfils <see cref="MustUnmapAttribute"/>.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class UnmapsAttribute : Attribute;
