namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>Pages of Get Log Page that this controller has.</summary>
public enum LogPageId : byte
{
    /// <summary>Error Information: an array of <see cref="ErrorLogEntry"/>, newest first.</summary>
    ErrorInformation = 0x01,

    /// <summary>SMART / Health Information: one <see cref="SmartLog"/>.</summary>
    SmartHealth = 0x02,

    /// <summary>Firmware Slot Information: one <see cref="FirmwareSlotLog"/>.</summary>
    FirmwareSlot = 0x03,
}
