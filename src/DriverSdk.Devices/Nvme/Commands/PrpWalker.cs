using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>Turns a command's two PRP fields into the list of its data (NVMe 1.4, Physical Region Page Entry and List).</summary>
/// <remarks>The whole list is read and checked before a byte of data moves.</remarks>
internal sealed class PrpWalker(NvmeMemory memory)
{
    private const int EntryBytes = 8;

    /// <summary>Resolves the data of one command into <see cref="CommandScratch.Data"/>.</summary>
    /// <param name="command">The command.</param>
    /// <param name="lengthBytes">Length of its data, 1 to the greatest transfer.</param>
    /// <param name="pageBytes">Size of a memory page, as CC.MPS says.</param>
    /// <param name="scratch">The queue's working memory.</param>
    public NvmeStatusCode Resolve(in NvmeCommand command, ulong lengthBytes, ulong pageBytes, CommandScratch scratch)
    {
        scratch.Data.Clear();
        if ((command.Prp1.Value & 3) != 0)
            return NvmeStatusCode.PrpOffsetInvalid;

        var first = Math.Min(lengthBytes, pageBytes - OffsetIn(command.Prp1.Value, pageBytes));
        scratch.Data.Add(command.Prp1, first);
        var rest = lengthBytes - first;
        if (rest == 0)
            return NvmeStatusCode.Success;
        return rest <= pageBytes
            ? AddPage(command.Prp2.Value, rest, pageBytes, scratch)
            : ResolveList(command.Prp2.Value, rest, pageBytes, scratch);
    }

    private NvmeStatusCode ResolveList(ulong list, ulong rest, ulong pageBytes, CommandScratch scratch)
    {
        // Only the first list may start inside a page.
        if ((list & (EntryBytes - 1)) != 0)
            return NvmeStatusCode.PrpOffsetInvalid;
        while (true)
        {
            var slots = (pageBytes - OffsetIn(list, pageBytes)) / EntryBytes;
            var pages = (rest + pageBytes - 1) / pageBytes;
            var isChained = pages > slots;
            var status = AddPages(list, isChained ? slots - 1 : pages, ref rest, pageBytes, scratch);
            if (status != NvmeStatusCode.Success || !isChained)
                return status;
            if (!TryReadEntries(list + ((slots - 1) * EntryBytes), scratch.PrpEntries.AsSpan(0, 1)))
                return NvmeStatusCode.DataTransferError;
            list = scratch.PrpEntries[0];
            if (OffsetIn(list, pageBytes) != 0)
                return NvmeStatusCode.PrpOffsetInvalid;
        }
    }

    private NvmeStatusCode AddPages(ulong list, ulong count, ref ulong rest, ulong pageBytes, CommandScratch scratch)
    {
        while (count > 0)
        {
            var part = scratch.PrpEntries.AsSpan(0, (int)Math.Min(count, (ulong)scratch.PrpEntries.Length));
            if (!TryReadEntries(list, part))
                return NvmeStatusCode.DataTransferError;
            foreach (var entry in part)
            {
                var length = Math.Min(rest, pageBytes);
                var status = AddPage(entry, length, pageBytes, scratch);
                if (status != NvmeStatusCode.Success)
                    return status;
                rest -= length;
            }

            list += (ulong)part.Length * EntryBytes;
            count -= (ulong)part.Length;
        }

        return NvmeStatusCode.Success;
    }

    private static NvmeStatusCode AddPage(ulong page, ulong lengthBytes, ulong pageBytes, CommandScratch scratch)
    {
        if (OffsetIn(page, pageBytes) != 0)
            return NvmeStatusCode.PrpOffsetInvalid;
        scratch.Data.Add(new Iova(page), lengthBytes);
        return NvmeStatusCode.Success;
    }

    private static ulong OffsetIn(ulong value, ulong pageBytes) => value & (pageBytes - 1);

    private bool TryReadEntries(ulong list, Span<ulong> entries) => memory.TryRead(new Iova(list), MemoryMarshal.AsBytes(entries));
}
