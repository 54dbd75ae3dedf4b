using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Hardware.Boards;

/// <summary>Memory that firmware goes on using through the DMA of some functions.</summary>
/// <param name="Range">Whole pages of firmware's memory.</param>
/// <param name="Functions">The functions.</param>
internal sealed record BoardReservation(AddressRange<PhysAddr> Range, IReadOnlyList<PciFunction> Functions);
