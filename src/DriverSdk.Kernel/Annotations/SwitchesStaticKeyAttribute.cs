namespace DriverSdk.Kernel.Annotations;

/// <summary>The call rewrites the code that tests a static key. It takes sleeping locks and waits for every CPU, so an atomic context must not make it.</summary>
/// <remarks>Linux: <c>static_branch_enable()</c> takes <c>cpus_read_lock()</c> and <c>jump_label_mutex</c>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SwitchesStaticKeyAttribute : Attribute;
