namespace DriverSdk.Differential.Twin;

/// <summary>A second-stage entry as one request meets it, decoded once more from facts/vtd.md 2 and 3 with bit positions of its own.</summary>
/// <param name="Fault">Why the request ends here, or 0.</param>
/// <param name="IsLeaf">Whether it maps a page.</param>
/// <param name="Target">The next table, or the page.</param>
internal readonly record struct EntryView(int Fault, bool IsLeaf, ulong Target)
{
    public static EntryView Of(ulong entry, int shift, RequestKind kind, UnitShape shape)
    {
        if (kind == RequestKind.Write ? (entry & 2) == 0 : (entry & 1) == 0)
            return new EntryView(kind == RequestKind.Write ? 0x5 : 0x6, false, 0);
        var page = entry & 0x000f_ffff_ffff_f000;
        var isLeaf = shift == 12 || (entry & 0x80) != 0;
        var inside = (1UL << shift) - 1;
        if ((entry & 0x4000_0000_0000_0800) != 0 || page >> shape.HostBits != 0 || (isLeaf && (shift > 30 || (page & inside) != 0)))
            return new EntryView(0xc, false, 0);
        return new EntryView(0, isLeaf, page);
    }

    /// <summary>Where a request through this leaf ends.</summary>
    public Outcome Reach(ulong address, int shift, in ContextView context)
    {
        var reached = Target + (address & ((1UL << shift) - 1));
        return reached is >= 0xfee0_0000 and < 0xfef0_0000 ? context.Refuse(0xe) : Outcome.Reaches(reached, shift);
    }
}
