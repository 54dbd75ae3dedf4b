namespace DriverSdk.Kernel.Annotations;

/// <summary>On a member: it may be called only in these contexts. On a delegate parameter: the handler passed there runs in this context.</summary>
/// <param name="context">One context or several.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Delegate)]
public sealed class RunsInAttribute(KernelContexts context) : Attribute
{
    /// <summary>The contexts.</summary>
    public KernelContexts Context { get; } = context;
}
