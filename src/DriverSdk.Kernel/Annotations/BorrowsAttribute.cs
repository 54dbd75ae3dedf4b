namespace DriverSdk.Kernel.Annotations;

/// <summary>The callee uses a mapping or memory during the call only and keeps no copy; the duty to unmap or free stays with the caller.</summary>
/// <remarks>On a parameter it speaks of the argument; on a method or property, of the receiver.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class BorrowsAttribute : Attribute;
