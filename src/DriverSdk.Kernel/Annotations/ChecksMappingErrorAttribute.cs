namespace DriverSdk.Kernel.Annotations;

/// <summary>The result is <see langword="true"/> when the mapping is an error, and then there is nothing to unmap.</summary>
/// <remarks>On a parameter the mapping is the argument; on a method or property it is the receiver. Linux: <c>dma_mapping_error()</c>.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class ChecksMappingErrorAttribute : Attribute;
