using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>The SMART / Health Information log: 512 bytes (NVMe 1.4; Linux <c>struct nvme_smart_log</c>). 128-bit counters are little endian.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct SmartLog
{
    /// <summary>Critical warnings; zero means none.</summary>
    public byte CriticalWarning;

    /// <summary>Composite temperature in kelvins.</summary>
    public ushort TemperatureKelvin;

    /// <summary>Available spare in percent.</summary>
    public byte AvailableSparePercent;

    /// <summary>Threshold of the spare in percent.</summary>
    public byte SpareThresholdPercent;

    /// <summary>Wear in percent.</summary>
    public byte PercentageUsed;

    /// <summary>Endurance groups, reserved.</summary>
    public fixed byte NotReported6[26];

    /// <summary>Data read by the host, in thousands of 512-byte units, rounded up.</summary>
    public UInt128 DataUnitsRead;

    /// <summary>Data written by the host, in thousands of 512-byte units, rounded up.</summary>
    public UInt128 DataUnitsWritten;

    /// <summary>Read and Compare commands completed.</summary>
    public UInt128 HostReadCommands;

    /// <summary>Write commands completed.</summary>
    public UInt128 HostWriteCommands;

    /// <summary>Busy time in minutes.</summary>
    public UInt128 ControllerBusyMinutes;

    /// <summary>Power cycles.</summary>
    public UInt128 PowerCycles;

    /// <summary>Power-on time in hours.</summary>
    public UInt128 PowerOnHours;

    /// <summary>Resets and power losses without a shutdown before.</summary>
    public UInt128 UnsafeShutdowns;

    /// <summary>Unrecovered read errors and write faults.</summary>
    public UInt128 MediaErrors;

    /// <summary>Entries ever made in the error log.</summary>
    public UInt128 ErrorLogEntries;

    /// <summary>Temperature times, sensors, thermal management, reserved.</summary>
    public fixed byte NotReported192[320];
}
