namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>One queue's working memory for the command it executes.</summary>
internal sealed class CommandScratch(int maximumTransferBytes)
{
    /// <summary>The smallest memory page, and the size of every structure the device hands out.</summary>
    public const int PageBytes = 4096;

    /// <summary>The command's data, after its PRPs are resolved. One page more than fits: the first may start inside a page.</summary>
    public SegmentList Data { get; } = new((maximumTransferBytes / PageBytes) + 2);

    /// <summary>A part of a PRP list.</summary>
    public ulong[] PrpEntries { get; } = new ulong[PageBytes / sizeof(ulong)];

    /// <summary>A structure on its way to or from memory.</summary>
    public byte[] Page { get; } = new byte[PageBytes];
}
