using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>Counts second-stage leaves with its own numbers, as facts/vtd.md 2 gives them: bits 0 and 1 allow, bit 7 makes a leaf, bits 51:12 point.</summary>
internal static class PageTableLeaves
{
    /// <summary>How many leaves there are of 4 KiB, 2 MiB and 1 GiB.</summary>
    public static (int Small, int Size2M, int Size1G) Count(PhysicalMemory ram, PhysAddr root, int levels)
    {
        var counts = new int[levels];
        var open = new Stack<(ulong Table, int Level)>([(root.Value, levels - 1)]);
        while (open.TryPop(out var next))
        {
            for (ulong index = 0; index < 512; index++)
            {
                Assert.IsTrue(ram.TryReadEntry(new PhysAddr(next.Table + (index * 8)), out var raw), $"no table lies at 0x{next.Table:x}");
                if ((raw & 3) == 0)
                    Assert.AreEqual(0UL, raw, "an empty entry holds nothing else");
                else if (next.Level == 0 || (raw & 0x80) != 0)
                    counts[next.Level]++;
                else
                    open.Push((raw & 0x000f_ffff_ffff_f000, next.Level - 1));
            }
        }

        Assert.AreEqual(0, counts.Skip(3).Sum(), "no leaf above 1 GiB");
        return (counts[0], counts.ElementAtOrDefault(1), counts.ElementAtOrDefault(2));
    }
}
