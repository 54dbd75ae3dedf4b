using System.Numerics;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Devices.Nvme;

/// <summary>The values behind the controller's registers, and what their fields mean.</summary>
internal sealed class NvmeRegisters(NvmeControllerOptions options)
{
    /// <summary>VS: NVMe 1.4.0.</summary>
    public const uint Version = 0x0001_0400;

    /// <summary>CAP.MPSMAX: memory pages up to 64 KiB, as 2^(12+n).</summary>
    public const int GreatestPageShift = 4;

    private const int SmallestPageLog2 = 12;
    private const ulong TimeoutHalfSeconds = 20;
    private const uint QueueBaseMask = 0xfff;

    /// <summary>CAP: MQES, CQR, TO, DSTRD, the NVM command set, MPSMIN 0 and MPSMAX.</summary>
    public ulong Capabilities { get; } =
        (ulong)(options.QueueEntries - 1)
        | (1UL << 16)
        | (TimeoutHalfSeconds << 24)
        | ((ulong)(BitOperations.Log2((uint)options.DoorbellStrideBytes) - 2) << 32)
        | (1UL << 37)
        | ((ulong)GreatestPageShift << 52);

    /// <summary>CC as last written.</summary>
    public uint Configuration { get; set; }

    /// <summary>AQA: sizes of the admin queues, each less one.</summary>
    public uint AdminQueueAttributes { get; set; }

    /// <summary>ASQ.</summary>
    public ulong AdminSubmissionBase { get; set; }

    /// <summary>ACQ.</summary>
    public ulong AdminCompletionBase { get; set; }

    /// <summary>CC.EN.</summary>
    public bool IsEnabled => (Configuration & 1) != 0;

    /// <summary>CC.SHN: 0 none, 1 normal, 2 abrupt.</summary>
    public uint ShutdownNotification => (Configuration >> 14) & 3;

    /// <summary>CC.MPS in bytes.</summary>
    public ulong PageBytes => 1UL << (SmallestPageLog2 + PageShift);

    /// <summary>CC.IOSQES is set to the only size there is, 64 bytes.</summary>
    public bool HasSubmissionEntrySize => ((Configuration >> 16) & 15) == 6;

    /// <summary>CC.IOCQES is set to the only size there is, 16 bytes.</summary>
    public bool HasCompletionEntrySize => ((Configuration >> 20) & 15) == 4;

    public int AdminSubmissionEntries => (int)(AdminQueueAttributes & 0xfff) + 1;

    public int AdminCompletionEntries => (int)((AdminQueueAttributes >> 16) & 0xfff) + 1;

    public Iova AdminSubmissionStart => new(AdminSubmissionBase & ~(ulong)QueueBaseMask);

    public Iova AdminCompletionStart => new(AdminCompletionBase & ~(ulong)QueueBaseMask);

    /// <summary>Whether the controller can start with these values; if not, it reports a fatal status instead of getting ready.</summary>
    public bool IsStartable =>
        PageShift <= GreatestPageShift
        && ((Configuration >> 4) & 7) == 0
        && ((Configuration >> 11) & 7) == 0
        && AdminSubmissionEntries >= 2
        && AdminCompletionEntries >= 2
        && (AdminSubmissionStart.Value & (PageBytes - 1)) == 0
        && (AdminCompletionStart.Value & (PageBytes - 1)) == 0;

    private int PageShift => (int)((Configuration >> 7) & 15);

    /// <summary>Everything as after power on.</summary>
    public void Clear()
    {
        Configuration = 0;
        AdminQueueAttributes = 0;
        AdminSubmissionBase = 0;
        AdminCompletionBase = 0;
    }
}
