namespace DriverSdk.Hardware.Iommu;

/// <summary>One row of the unit's register table.</summary>
/// <param name="Name">The specification's name.</param>
/// <param name="Offset">Bytes from the start of the register page.</param>
/// <param name="WidthBytes">4 or 8.</param>
/// <param name="Read">The register's value.</param>
/// <param name="Write">What a write of the whole register does; null when it is read only.</param>
/// <param name="Rest">What stands for the half that a 32-bit write leaves out: its present value, or zeros where ones clear.</param>
internal sealed record UnitRegister(
    string Name, ulong Offset, int WidthBytes, Func<RemappingUnit, ulong> Read, Action<RemappingUnit, ulong>? Write, Func<RemappingUnit, ulong> Rest);
