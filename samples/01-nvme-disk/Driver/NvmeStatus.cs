namespace NvmeDisk.Driver;

/// <summary>A completion's status field without its phase bit: code in 7:0, code type in 10:8, Do Not Retry in bit 14.</summary>
/// <param name="Value">The 15 bits above the phase.</param>
internal readonly record struct NvmeStatus(ushort Value)
{
    public static NvmeStatus Success => default;

    /// <summary>Our own mark for a request that ended because its controller was reset or removed; the device never sends code type 7.</summary>
    public static NvmeStatus HostCancelled => new(0x700);

    /// <summary>Our own mark for a request that could not be mapped.</summary>
    public static NvmeStatus HostNoMemory => new(0x701);

    public bool IsSuccess => Value == 0;

    public override string ToString() => Value switch
    {
        0 => "success",
        0x700 => "cancelled by the driver",
        0x701 => "not sent: no memory or IOVA space for its mapping",
        _ => $"status type {(Value >> 8) & 7}, code 0x{Value & 0xff:x2}",
    };
}
