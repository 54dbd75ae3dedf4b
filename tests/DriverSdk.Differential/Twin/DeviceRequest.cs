namespace DriverSdk.Differential.Twin;

/// <summary>Eight bytes that a device reads or writes.</summary>
/// <param name="DevFn">Device and function on bus 0.</param>
/// <param name="Address">Where, a multiple of 8.</param>
/// <param name="Kind">Which way.</param>
internal readonly record struct DeviceRequest(int DevFn, ulong Address, RequestKind Kind)
{
    public override string ToString() => $"{Kind} of 0x{Address:x} by 00:{DevFn >> 3:x2}.{DevFn & 7}";
}
