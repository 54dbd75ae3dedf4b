namespace DriverSdk.Kernel.Annotations;

/// <summary>The call frees the memory in this argument, which no device may reach any more: every mapping of it must have been unmapped.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FreesAttribute : Attribute;
