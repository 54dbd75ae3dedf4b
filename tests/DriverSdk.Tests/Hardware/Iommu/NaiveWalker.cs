using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>The slow twin: legacy translation written once more from facts/vtd.md with bit positions of its own, recursive, without caches.</summary>
internal sealed class NaiveWalker(PhysicalMemory memory, int addressWidth, int hostWidth, bool has2M, bool has1G, bool hasPassThrough)
{
    /// <summary>Fault code (0: none), physical address, and bytes to the end of the page.</summary>
    public readonly record struct Answer(int Fault, ulong Address, ulong Left, bool Recorded);

    public Answer Translate(ulong root, int bus, int devfn, ulong iova, bool write)
    {
        if (!Get(root + (ulong)(16 * bus), out var r0) | !Get(root + (ulong)(16 * bus) + 8, out var r1))
            return Fault(0x8);
        if (r0 % 2 == 0)
            return Fault(0x1);
        if (r1 != 0 || (r0 & 0xffe) != 0 || TooWide(r0))
            return Fault(0xa);
        var context = (r0 & ~0xfffUL) + (ulong)(16 * devfn);
        if (!Get(context, out var c0) | !Get(context + 8, out var c1))
            return Fault(0x9);
        var answer = InContext(c0, c1, iova, write);
        return answer with { Recorded = (c0 & 2) == 0 };
    }

    private Answer InContext(ulong c0, ulong c1, ulong iova, bool write)
    {
        if (c0 % 2 == 0)
            return Fault(0x2);
        if ((c0 & 0xff0) != 0 || TooWide(c0) || (c1 & 0x80) != 0 || c1 >> 24 != 0)
            return Fault(0xb);
        var depth = (int)(c1 & 7) + 2;
        var type = (c0 >> 2) & 3;
        if (!(depth == 3 || (depth == 4 && addressWidth >= 48) || (depth == 5 && addressWidth == 57)) || !(type == 0 || (type == 2 && hasPassThrough)))
            return Fault(0x3);
        if (type == 2)
            return iova >> hostWidth != 0 ? Fault(0x4) : new Answer(0, iova, 0, true);
        var width = Math.Min(addressWidth, (9 * depth) + 12);
        return iova >> width != 0 ? Fault(0x4) : InTable(c0 & ~0xfffUL, (9 * (depth - 1)) + 12, iova, write);
    }

    private Answer InTable(ulong table, int shift, ulong iova, bool write)
    {
        if (!Get(table + (8 * ((iova >> shift) % 512)), out var entry))
            return Fault(0x7);
        if (write ? (entry & 2) == 0 : (entry & 1) == 0)
            return Fault(write ? 0x5 : 0x6);
        if ((entry & (1UL << 11)) != 0 || (entry & (1UL << 62)) != 0 || TooWide(entry & 0x000f_ffff_ffff_ffff))
            return Fault(0xc);
        var page = entry & 0x000f_ffff_ffff_f000;
        if (shift > 12 && (entry & 0x80) == 0)
            return InTable(page, shift - 9, iova, write);
        if (shift > 12 && !(shift == 21 && has2M) && !(shift == 30 && has1G))
            return Fault(0xc);
        var inside = (1UL << shift) - 1;
        if ((page & inside) != 0)
            return Fault(0xc);
        var address = page + (iova & inside);
        if (address >= 0xfee0_0000 && address < 0xfef0_0000)
            return Fault(0xe);
        var cut = shift > 12 && page < 0xfef0_0000 && page + inside >= 0xfee0_0000 ? 0xfff : inside;
        return new Answer(0, address, cut + 1 - (iova & cut), true);
    }

    private bool Get(ulong place, out ulong entry) => memory.TryReadEntry(new PhysAddr(place), out entry);

    private bool TooWide(ulong entry) => entry >> hostWidth != 0;

    private static Answer Fault(int code) => new(code, 0, 0, true);
}
