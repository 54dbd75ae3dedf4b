using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Pci;

/// <summary>What a base address register asked for and was given.</summary>
/// <param name="Index">Register number, 0 to 5; a 64-bit one takes the next as well.</param>
/// <param name="Range">The assigned physical range; empty when no window had room.</param>
internal readonly record struct PciBar(int Index, AddressRange<PhysAddr> Range);
