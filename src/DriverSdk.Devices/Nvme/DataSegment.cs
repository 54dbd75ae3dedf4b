using DriverSdk.Contract.Addressing;

namespace DriverSdk.Devices.Nvme;

/// <summary>A run of a command's data that is contiguous in the device's address space.</summary>
/// <param name="Start">First byte.</param>
/// <param name="LengthBytes">Length in bytes.</param>
internal readonly record struct DataSegment(Iova Start, ulong LengthBytes);
