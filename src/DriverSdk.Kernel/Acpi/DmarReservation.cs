using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Acpi;

/// <summary>Memory that firmware goes on using through the DMA of some devices (RMRR).</summary>
/// <param name="Range">Whole pages of firmware's memory.</param>
/// <param name="Scopes">The devices.</param>
internal sealed record DmarReservation(AddressRange<PhysAddr> Range, IReadOnlyList<DmarScope> Scopes);
