using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>One range of a Dataset Management command: 16 bytes (Linux <c>struct nvme_dsm_range</c>).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct DatasetRange
{
    /// <summary>Hints about the access; this controller ignores them.</summary>
    public uint ContextAttributes;

    /// <summary>Length in blocks; not one less.</summary>
    public uint BlockCount;

    /// <summary>First block.</summary>
    public ulong StartBlock;
}
