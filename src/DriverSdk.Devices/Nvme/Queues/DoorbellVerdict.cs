namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>What a queue says to a value written to its doorbell.</summary>
internal enum DoorbellVerdict
{
    /// <summary>The queue moved.</summary>
    Accepted,

    /// <summary>The value lies outside the queue, is the old one, or passes entries that do not exist; nothing moved.</summary>
    InvalidValue,
}
