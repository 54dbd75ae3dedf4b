using System.Globalization;
using System.Text;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <content>What the kernel tells people about its memory.</content>
public sealed partial class KernelMemory
{
    /// <summary>Pages that nobody uses. Linux: <c>nr_free_pages()</c>.</summary>
    [AnyContext]
    public ulong FreePageCount => Pages.FreePageCount;

    /// <summary>What lies at an address, who allocated it and who freed it, in one sentence. Linux: page_owner and <c>kmem_dump_obj()</c>.</summary>
    [AnyContext]
    public string DescribeAllocation(KernelAddr address)
    {
        if (!TryTranslate(address, out var physical))
            return $"nothing is mapped at {address}";
        if (!TryFindAllocation(physical, out var record))
            return $"{address} ({RegionOf(address)}) was never allocated";

        var text = new StringBuilder(
            $"{address} lies {physical - record.Memory.Start} bytes into {record.Memory}, {record.Kind}, allocated at {_callSites.Describe(record.AllocatedAt)}");
        if (record.TaskNumber != 0)
            text.Append(CultureInfo.InvariantCulture, $" by task '{Pages.TaskNames.NameOf(record.TaskNumber)}'");
        if (record.Status == AllocationStatus.Free)
            text.Append(CultureInfo.InvariantCulture, $", freed at {_callSites.Describe(record.FreedAt)}");
        return text.ToString();
    }

    /// <summary>The number of free blocks of each order, 0 to 10, a line per zone. Linux: /proc/buddyinfo; pages on CPU lists are in neither.</summary>
    [AnyContext]
    public string DescribeFreeBlocks()
    {
        var text = new StringBuilder();
        Span<ulong> blocks = stackalloc ulong[PageAllocator.MaxOrder + 1];
        foreach (var zone in Enum.GetValues<MemoryZone>())
        {
            blocks.Clear();
            Pages.CountFreeBlocks(zone, blocks);
            text.Append(CultureInfo.InvariantCulture, $"zone {zone,8}");
            foreach (var count in blocks)
                text.Append(CultureInfo.InvariantCulture, $" {count,6}");
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What was allocated around a byte, live or freed last; for reports.</summary>
    internal bool TryFindAllocation(PhysAddr address, out AllocationRecord record) =>
        Slabs.TryFindRecord(address, out record) || Pages.Map.TryFindRecord(Pfn.Containing(address), out record);
}
