using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Memory;

namespace NvmeDisk.Driver;

/// <summary>Writes a command's data pointers: PRP1, PRP2, and where two do not suffice a list of page addresses.</summary>
/// <remarks>One page of list serves each command; it holds 512 entries, so a transfer may span 513 pages.</remarks>
internal static class PrpList
{
    /// <summary>Bytes of list memory that each command needs.</summary>
    public const ulong BytesPerCommand = PageBytes;

    /// <summary>The most that one command may transfer however its buffer lies.</summary>
    public const ulong MaxTransferBytes = (PageBytes / EntryBytes) * PageBytes;

    private const ulong PageBytes = 4096;
    private const ulong EntryBytes = 8;

    /// <summary>Describes <paramref name="lengthBytes"/> contiguous bytes from <paramref name="start"/>.</summary>
    /// <param name="command">Gets PRP1 and PRP2.</param>
    /// <param name="start">First byte as the controller sees it, a multiple of 4.</param>
    /// <param name="lengthBytes">1 to <see cref="MaxTransferBytes"/>.</param>
    /// <param name="list">The command's own list page.</param>
    /// <param name="listOffset">Where that page begins in <paramref name="list"/>.</param>
    /// <param name="listStart">The same place as the controller sees it.</param>
    public static void Describe(ref NvmeCommand command, Iova start, ulong lengthBytes, VolatileMemory list, ulong listOffset, Iova listStart)
    {
        command.Prp1 = start.Value;
        command.Prp2 = 0;
        var inFirstPage = PageBytes - (start.Value & (PageBytes - 1));
        if (lengthBytes <= inFirstPage)
            return;

        var page = start.Value + inFirstPage;
        var rest = lengthBytes - inFirstPage;
        if (rest <= PageBytes)
        {
            command.Prp2 = page;
            return;
        }

        command.Prp2 = listStart.Value;
        for (var entry = listOffset; ; entry += EntryBytes, page += PageBytes, rest -= PageBytes)
        {
            list.Write64(entry, page);
            if (rest <= PageBytes)
                return;
        }
    }
}
