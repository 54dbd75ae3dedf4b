namespace NvmeDisk.Driver;

/// <summary>Offsets and bits of the controller's registers that the driver uses (NVM Express 1.4, section "Register Definition").</summary>
internal static class NvmeRegister
{
    public const ulong Cap = 0x00;
    public const ulong Vs = 0x08;
    public const ulong Intms = 0x0c;
    public const ulong Intmc = 0x10;
    public const ulong Cc = 0x14;
    public const ulong Csts = 0x1c;
    public const ulong Aqa = 0x24;
    public const ulong Asq = 0x28;
    public const ulong Acq = 0x30;
    public const ulong Doorbells = 0x1000;

    /// <summary>What every register of a function reads as that has left the bus.</summary>
    public const uint Gone = uint.MaxValue;

    public const uint CcEnable = 1;
    public const uint CcShutdownNormal = 1 << 14;
    public const uint CcEntrySizes = (6 << 16) | (4 << 20);
    public const uint CstsReady = 1;
    public const uint CstsFatal = 2;
    public const uint CstsShutdownMask = 3 << 2;
    public const uint CstsShutdownComplete = 2 << 2;

    /// <summary>The doorbell of a queue: submission tails and completion heads alternate, <paramref name="strideBytes"/> apart.</summary>
    public static ulong Doorbell(int queueId, QueueSide side, int strideBytes) =>
        Doorbells + (ulong)(((2 * queueId) + (int)side) * strideBytes);
}
