using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Dma;

/// <summary>The answer to a translation request: the page that holds the address, and what the device may do with it.</summary>
/// <remarks>
/// The device may keep it until the unit tells it to forget it, and use it with <see cref="RequestAddressType.Translated"/>. The default value is the answer "nothing there".
/// </remarks>
/// <param name="Page">First byte of the translated page, physical; meaningless when nothing is granted.</param>
/// <param name="LengthBytes">Size of the page in bytes, a power of two; 0 when nothing is granted.</param>
/// <param name="Granted">What was both asked for and allowed.</param>
public readonly record struct DmaTranslation(PhysAddr Page, ulong LengthBytes, IommuAccess Granted);
