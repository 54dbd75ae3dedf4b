namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>Commands of the I/O queues that this controller knows (NVM command set of NVMe 1.4; Linux <c>enum nvme_opcode</c>).</summary>
public enum NvmOpcode : byte
{
    /// <summary>Flush.</summary>
    Flush = 0x00,

    /// <summary>Write.</summary>
    Write = 0x01,

    /// <summary>Read.</summary>
    Read = 0x02,

    /// <summary>Compare.</summary>
    Compare = 0x05,

    /// <summary>Write Zeroes.</summary>
    WriteZeroes = 0x08,

    /// <summary>Dataset Management.</summary>
    DatasetManagement = 0x09,
}
