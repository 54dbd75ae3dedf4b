namespace DriverSdk.Kernel.Annotations;

/// <summary>The memory handed out here must be freed once on every path on which it exists, or be given to somebody who does.</summary>
/// <remarks>On an <c>out</c> parameter of a method that returns <see langword="bool"/>, <see langword="false"/> means that there is no memory.</remarks>
[AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter)]
public sealed class MustFreeAttribute : Attribute;
