using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>Reads second-stage tables out of RAM with its own numbers, as facts/vtd.md 2 gives them: bits 0 and 1 allow, bit 7 ends the walk early, bits 51:12 point.</summary>
internal static class NaiveTableReader
{
    public static (ulong Physical, int Permissions, int Level)? Walk(PhysicalMemory ram, PhysAddr root, int levels, ulong iova)
    {
        var table = root.Value;
        var permissions = 3;
        for (var level = levels; level >= 1; level--)
        {
            var shift = 12 + (9 * (level - 1));
            Assert.IsTrue(ram.TryReadEntry(new PhysAddr(table + (((iova >> shift) & 511) * 8)), out var entry));
            permissions &= (int)(entry & 3);
            if ((entry & 3) == 0)
                return null;
            var target = entry & 0x000ffffffffff000;
            if (level == 1 || (entry & 0x80) != 0)
                return (target + (iova & ((1UL << shift) - 1)), permissions, level);
            table = target;
        }

        return null;
    }
}
