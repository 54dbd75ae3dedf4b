namespace DriverSdk.Devices.Nvme.Events;

/// <summary>What was wrong with a doorbell write: the information byte of an error event (NVMe 1.4, Asynchronous Event Information, Error Status).</summary>
internal enum DoorbellError : byte
{
    /// <summary>Write to Invalid Doorbell Register: the queue does not exist.</summary>
    InvalidRegister = 0x00,

    /// <summary>Invalid Doorbell Write Value.</summary>
    InvalidValue = 0x01,
}
