using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Firmware;

/// <summary>Memory that firmware goes on using through a device's DMA while the kernel runs.</summary>
/// <param name="Range">Whole pages of memory that firmware keeps.</param>
/// <param name="Scopes">The devices.</param>
internal sealed record FirmwareReservation(AddressRange<PhysAddr> Range, IReadOnlyList<DeviceScope> Scopes);
