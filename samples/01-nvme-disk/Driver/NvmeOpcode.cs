namespace NvmeDisk.Driver;

/// <summary>The commands this driver sends (NVM Express 1.4, admin and NVM command sets).</summary>
internal static class NvmeOpcode
{
    public const byte AdminDeleteSq = 0x00;
    public const byte AdminCreateSq = 0x01;
    public const byte AdminDeleteCq = 0x04;
    public const byte AdminCreateCq = 0x05;
    public const byte AdminIdentify = 0x06;
    public const byte AdminAbort = 0x08;
    public const byte AdminSetFeatures = 0x09;
    public const byte Flush = 0x00;
    public const byte Write = 0x01;
    public const byte Read = 0x02;
}
