namespace DriverSdk.Sanitizer;

/// <summary>Stops a driver at the call in which it breaks a rule, where the policy is <see cref="ViolationPolicy.Throw"/>.</summary>
/// <param name="violation">The finding.</param>
public sealed class ViolationException(Violation violation) : Exception(violation.ToString())
{
    /// <summary>The finding.</summary>
    public Violation Violation { get; } = violation;
}
