using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Hardware.Iommu;

/// <summary>How interrupts are remapped while IRE is on: an immutable snapshot of what IRTA latched and CFI said, published by one store.</summary>
/// <param name="Address">What SIRTP latched.</param>
/// <param name="Compatibility">What happens to compatibility-format messages.</param>
internal sealed record InterruptTable(InterruptTableAddress Address, InterruptVerdict Compatibility)
{
    /// <summary>How destinations in the table are read.</summary>
    public ApicMode Mode => Address.ExtendedMode ? ApicMode.X2Apic : ApicMode.XApic;
}
