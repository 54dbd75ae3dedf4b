namespace DriverSdk.Kernel.Annotations;

/// <summary>The mapping handed out here must be unmapped once on every path on which it exists, or be given to somebody who does.</summary>
/// <remarks>
/// On a return value: <c>DmaRaw.MapSingle</c>. On an <c>out</c> parameter of a method that returns <see langword="bool"/>, <see langword="false"/> means that
/// there is no mapping: <c>TryMap</c>. Linux: the pairing asked for by Documentation/core-api/dma-api-howto.rst.
/// </remarks>
[AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter)]
public sealed class MustUnmapAttribute : Attribute;
