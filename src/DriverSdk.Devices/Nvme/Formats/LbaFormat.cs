using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>One format a namespace can have: 4 bytes (Linux <c>struct nvme_lbaf</c>).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct LbaFormat
{
    /// <summary>Metadata bytes per block.</summary>
    public ushort MetadataBytes;

    /// <summary>Block size as a power of two, such as 9 for 512 bytes.</summary>
    public byte BlockSizeLog2;

    /// <summary>Relative performance; 0 is best.</summary>
    public byte RelativePerformance;
}
