using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Dma;

/// <summary>Where a translated byte lies, and how far the same translation reaches.</summary>
/// <param name="Address">Physical address of the requested byte.</param>
/// <param name="LengthBytes">Bytes from that byte to the end of the translated page, at least 1.</param>
internal readonly record struct TranslatedPage(PhysAddr Address, ulong LengthBytes);
