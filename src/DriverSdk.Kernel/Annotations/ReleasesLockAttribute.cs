namespace DriverSdk.Kernel.Annotations;

/// <summary>The call releases what the <see cref="AcquiresLockAttribute"/> member of the same receiver, or of the same type when static, took.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReleasesLockAttribute : Attribute;
