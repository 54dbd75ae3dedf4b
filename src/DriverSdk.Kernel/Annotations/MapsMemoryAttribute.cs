namespace DriverSdk.Kernel.Annotations;

/// <summary>The memory in this argument is what the call maps: it must stay allocated until the mapping handed out by the same call is unmapped.</summary>
/// <remarks>An address taken from a buffer, as in <c>buffer.Address</c>, stands for the buffer.</remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class MapsMemoryAttribute : Attribute;
