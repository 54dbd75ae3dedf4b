namespace DriverSdk.Kernel.Annotations;

/// <summary>This member, or every member of this type, breaks a rule on purpose. The build and the run-time checks both stay silent about it.</summary>
/// <param name="ruleId">The rule, as in <c>DRV1002</c>.</param>
/// <remarks>
/// <see cref="System.Diagnostics.CodeAnalysis.SuppressMessageAttribute"/> is conditional and gone at run time, which is why the SDK has one of its own.
/// </remarks>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Constructor
    | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Event | AttributeTargets.Field,
    AllowMultiple = true,
    Inherited = false)]
public sealed class SuppressRuleAttribute(string ruleId) : Attribute
{
    /// <summary>The rule that is broken here, as in <c>DRV1002</c>.</summary>
    public string RuleId { get; } = ruleId;

    /// <summary>Why breaking the rule is right here.</summary>
    public required string Justification { get; init; }
}
