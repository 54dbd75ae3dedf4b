using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>The Firmware Slot Information log: 512 bytes (NVMe 1.4; Linux <c>struct nvme_fw_slot_info_log</c>).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct FirmwareSlotLog
{
    /// <summary>AFI: active slot in bits 2:0, slot after the next reset in bits 6:4.</summary>
    public byte ActiveFirmware;

    /// <summary>Reserved.</summary>
    public fixed byte NotReported1[7];

    /// <summary>Revision in slot 1, ASCII, padded with spaces.</summary>
    public fixed byte Slot1Revision[8];

    /// <summary>Slots 2 to 7, reserved.</summary>
    public fixed byte NotReported16[496];
}
