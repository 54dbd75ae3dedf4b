namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>Features of Set Features and Get Features (NVMe 1.4; Linux <c>NVME_FEAT_*</c>).</summary>
public enum FeatureId : byte
{
    /// <summary>Arbitration.</summary>
    Arbitration = 0x01,

    /// <summary>Power Management.</summary>
    PowerManagement = 0x02,

    /// <summary>Temperature Threshold.</summary>
    TemperatureThreshold = 0x04,

    /// <summary>Error Recovery.</summary>
    ErrorRecovery = 0x05,

    /// <summary>Volatile Write Cache; bit 0 enables it.</summary>
    VolatileWriteCache = 0x06,

    /// <summary>Number of Queues.</summary>
    NumberOfQueues = 0x07,

    /// <summary>Interrupt Coalescing.</summary>
    InterruptCoalescing = 0x08,

    /// <summary>Interrupt Vector Configuration.</summary>
    InterruptVectorConfiguration = 0x09,

    /// <summary>Write Atomicity Normal.</summary>
    WriteAtomicity = 0x0a,

    /// <summary>Asynchronous Event Configuration.</summary>
    AsynchronousEventConfiguration = 0x0b,
}
