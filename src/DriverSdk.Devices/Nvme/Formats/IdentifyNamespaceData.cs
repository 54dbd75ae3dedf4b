using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>The Identify Namespace structure: 4096 bytes (NVMe 1.4; Linux <c>struct nvme_id_ns</c>).</summary>
/// <remarks>Fields named <c>NotReportedN</c> start at byte N and are zero: reserved, or about features this namespace lacks.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct IdentifyNamespaceData
{
    /// <summary>NSZE: size in blocks.</summary>
    public ulong SizeBlocks;

    /// <summary>NCAP: capacity in blocks.</summary>
    public ulong CapacityBlocks;

    /// <summary>NUSE: blocks in use.</summary>
    public ulong UtilizationBlocks;

    /// <summary>NSFEAT: features.</summary>
    public byte Features;

    /// <summary>NLBAF: formats, less one.</summary>
    public byte FormatCount;

    /// <summary>FLBAS: index of the current format.</summary>
    public byte FormattedSize;

    /// <summary>Metadata, protection information, multi-path, reservations, format progress.</summary>
    public fixed byte NotReported27[6];

    /// <summary>DLFEAT: bits 2:0 are 1 when deallocated blocks read as zero, bit 3 says that Write Zeroes may deallocate.</summary>
    public byte DeallocateFeatures;

    /// <summary>Atomicity, boundaries, capacity in bytes, preferred sizes, reserved, ANA group.</summary>
    public fixed byte NotReported34[65];

    /// <summary>NSATTR: bit 0 says that the namespace is write protected.</summary>
    public byte Attributes;

    /// <summary>NVM set and endurance group.</summary>
    public fixed byte NotReported100[4];

    /// <summary>NGUID: globally unique id.</summary>
    public fixed byte Nguid[16];

    /// <summary>EUI64: IEEE extended unique id.</summary>
    public fixed byte Eui64[8];

    /// <summary>LBAF0: the only format.</summary>
    public LbaFormat Format0;

    /// <summary>Formats 1 to 15, reserved, and the vendor's bytes.</summary>
    public fixed byte NotReported132[3964];
}
