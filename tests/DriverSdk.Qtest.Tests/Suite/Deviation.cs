namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Where the machines differ: an assert asks it what to expect, and the page prints it.</summary>
/// <param name="Subject">What is looked at.</param>
/// <param name="Qemu">What QEMU 7.2 does.</param>
/// <param name="Specification">The specification's side, which DriverSdk takes.</param>
/// <param name="Source">Where that is known from.</param>
internal sealed record Deviation(string Subject, string Qemu, string Specification, string Source)
{
    /// <summary>What to expect of a machine.</summary>
    public T On<T>(MachineKind kind, T specification, T qemu) => kind == MachineKind.Qemu ? qemu : specification;
}
