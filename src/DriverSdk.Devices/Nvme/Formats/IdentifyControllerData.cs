using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>The Identify Controller structure: 4096 bytes (NVMe 1.4; Linux <c>struct nvme_id_ctrl</c>).</summary>
/// <remarks>Fields named <c>NotReportedN</c> start at byte N and are zero: reserved, or about features this controller lacks.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct IdentifyControllerData
{
    /// <summary>PCI vendor id.</summary>
    public ushort VendorId;

    /// <summary>PCI subsystem vendor id.</summary>
    public ushort SubsystemVendorId;

    /// <summary>Serial number, ASCII, padded with spaces.</summary>
    public fixed byte SerialNumber[20];

    /// <summary>Model number, ASCII, padded with spaces.</summary>
    public fixed byte ModelNumber[40];

    /// <summary>Firmware revision, ASCII, padded with spaces.</summary>
    public fixed byte FirmwareRevision[8];

    /// <summary>Recommended arbitration burst, a power of two.</summary>
    public byte RecommendedArbitrationBurst;

    /// <summary>The vendor's IEEE OUI.</summary>
    public fixed byte IeeeOui[3];

    /// <summary>Multi-path and sharing capabilities.</summary>
    public byte MultiPathCapabilities;

    /// <summary>MDTS: greatest transfer as a power of two of the smallest memory page.</summary>
    public byte MaximumDataTransferLog2;

    /// <summary>Controller id in its subsystem.</summary>
    public ushort ControllerId;

    /// <summary>The same value as the VS register.</summary>
    public uint Version;

    /// <summary>Resume and entry latency of D3, in microseconds.</summary>
    public fixed byte NotReported84[8];

    /// <summary>OAES: notices the controller can send.</summary>
    public uint OptionalAsynchronousEvents;

    /// <summary>Controller attributes and retry delays.</summary>
    public fixed byte NotReported96[15];

    /// <summary>CNTRLTYPE: 1 is an I/O controller.</summary>
    public byte ControllerType;

    /// <summary>FRU id, retry delays, reserved, management interface.</summary>
    public fixed byte NotReported112[144];

    /// <summary>OACS: optional admin commands.</summary>
    public ushort OptionalAdminCommands;

    /// <summary>ACL: Abort commands outstanding at once, less one.</summary>
    public byte AbortCommandLimit;

    /// <summary>AERL: Asynchronous Event Requests outstanding at once, less one.</summary>
    public byte AsynchronousEventRequestLimit;

    /// <summary>FRMW: bit 0 says that slot 1 is read-only, bits 3:1 count the slots.</summary>
    public byte FirmwareUpdates;

    /// <summary>LPA: bit 2 says that Get Log Page takes offsets and 32-bit lengths.</summary>
    public byte LogPageAttributes;

    /// <summary>ELPE: entries of the error log, less one.</summary>
    public byte ErrorLogPageEntries;

    /// <summary>NPSS: power states, less one.</summary>
    public byte PowerStates;

    /// <summary>Vendor command format and autonomous power states.</summary>
    public fixed byte NotReported264[2];

    /// <summary>WCTEMP: warning temperature in kelvins.</summary>
    public ushort WarningTemperatureKelvin;

    /// <summary>CCTEMP: critical temperature in kelvins.</summary>
    public ushort CriticalTemperatureKelvin;

    /// <summary>Firmware activation, host memory, capacities, RPMB, self-test, keep alive, thermal, sanitize, ANA, reserved.</summary>
    public fixed byte NotReported270[242];

    /// <summary>SQES: submission entry sizes as powers of two; required in bits 3:0, greatest in 7:4.</summary>
    public byte SubmissionEntrySizes;

    /// <summary>CQES: completion entry sizes as powers of two; required in bits 3:0, greatest in 7:4.</summary>
    public byte CompletionEntrySizes;

    /// <summary>MAXCMD: 0 where not reported.</summary>
    public ushort MaximumOutstandingCommands;

    /// <summary>NN: namespaces.</summary>
    public uint NamespaceCount;

    /// <summary>ONCS: optional NVM commands; Compare is bit 0, Dataset Management bit 2, Write Zeroes bit 3.</summary>
    public ushort OptionalNvmCommands;

    /// <summary>FUSES: fused operations.</summary>
    public ushort FusedOperations;

    /// <summary>FNA: format attributes.</summary>
    public byte FormatAttributes;

    /// <summary>VWC: bit 0 says that there is a volatile write cache; bits 2:1 are 3 when Flush takes 0xffffffff.</summary>
    public byte VolatileWriteCache;

    /// <summary>AWUN: blocks written atomically, less one.</summary>
    public ushort AtomicWriteUnitNormal;

    /// <summary>AWUPF: blocks written atomically across a power failure, less one.</summary>
    public ushort AtomicWriteUnitPowerFail;

    /// <summary>Vendor commands, write protection, fused atomicity, SGL support, reserved.</summary>
    public fixed byte NotReported530[238];

    /// <summary>SUBNQN: the subsystem's qualified name, UTF-8, ended by zero.</summary>
    public fixed byte SubsystemName[256];

    /// <summary>Reserved, and NVMe over Fabrics.</summary>
    public fixed byte NotReported1024[1024];

    /// <summary>PSD0: the only power state.</summary>
    public PowerStateDescriptor PowerState0;

    /// <summary>Power states 1 to 31, and the vendor's bytes.</summary>
    public fixed byte NotReported2080[2016];
}
