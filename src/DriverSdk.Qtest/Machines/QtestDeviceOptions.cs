using DriverSdk.Contract.Addressing;

namespace DriverSdk.Qtest.Machines;

/// <summary>A device to put into a machine.</summary>
/// <param name="Name">The name both command lines know it by, for example <c>edu</c>.</param>
/// <param name="Function">Where it stands; QEMU's launcher takes functions of bus 0 only.</param>
/// <param name="Settings">What follows the name on the command line, for example <c>dma_mask=0xffffffff</c>; may be empty.</param>
public sealed record QtestDeviceOptions(string Name, Bdf Function, string Settings = "");
