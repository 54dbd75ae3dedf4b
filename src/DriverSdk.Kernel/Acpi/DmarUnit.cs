using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Acpi;

/// <summary>A remapping unit that firmware names (DRHD).</summary>
/// <param name="Registers">Where its registers lie.</param>
/// <param name="Scopes">What it has by name.</param>
internal sealed record DmarUnit(PhysAddr Registers, IReadOnlyList<DmarScope> Scopes)
{
    /// <summary>Whether it has every function that no other unit names.</summary>
    public bool IncludesAll { get; init; }
}
