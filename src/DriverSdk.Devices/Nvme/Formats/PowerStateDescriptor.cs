using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>One power state: 32 bytes (Linux <c>struct nvme_id_power_state</c>).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct PowerStateDescriptor
{
    /// <summary>Greatest power in units of 10 mW.</summary>
    public ushort MaximumPowerCentiwatts;

    /// <summary>Scale, latencies and idle power; zero on this controller.</summary>
    public fixed byte NotReported2[30];
}
