namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>The 15-bit status field of a completion: SC in bits 7:0, SCT in 10:8, More in 13, Do Not Retry in 14.</summary>
/// <remarks>The default value is success.</remarks>
/// <param name="Value">The field, 0 to 0x7fff; the phase bit is not part of it.</param>
public readonly record struct NvmeStatus(ushort Value)
{
    private const int MoreBit = 1 << 13;
    private const int DoNotRetryBit = 1 << 14;

    /// <summary>Status code and its type.</summary>
    public NvmeStatusCode Code => (NvmeStatusCode)(Value & 0x7ff);

    /// <summary>Whether the command succeeded.</summary>
    public bool IsSuccess => Code == NvmeStatusCode.Success;

    /// <summary>Status code type: 0 generic, 1 command specific, 2 media.</summary>
    public int CodeType => (Value >> 8) & 7;

    /// <summary>Whether the error log tells more about this failure (the M bit).</summary>
    public bool HasMore => (Value & MoreBit) != 0;

    /// <summary>Whether the command would fail again (the DNR bit).</summary>
    public bool DoNotRetry => (Value & DoNotRetryBit) != 0;

    /// <summary>The status with its Do Not Retry bit from <see cref="NvmeStatusTable"/>.</summary>
    public static NvmeStatus Of(NvmeStatusCode code) =>
        new((ushort)((int)code | (NvmeStatusTable.Find(code) is { Retry: NvmeRetry.Never } ? DoNotRetryBit : 0)));

    /// <summary>The same status with the More bit set.</summary>
    public NvmeStatus WithMore() => new((ushort)(Value | MoreBit));

    /// <summary>The code, its number and its flags, such as <c>LbaOutOfRange (0x80, DNR)</c>.</summary>
    public override string ToString() => $"{Code} (0x{(int)Code:x}{(DoNotRetry ? ", DNR" : "")}{(HasMore ? ", M" : "")})";
}
