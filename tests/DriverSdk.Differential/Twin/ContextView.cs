namespace DriverSdk.Differential.Twin;

/// <summary>A legacy context entry, decoded once more from facts/vtd.md 2 with bit positions of its own.</summary>
/// <param name="Fault">Why it cannot be used, or 0.</param>
/// <param name="Table">The top table.</param>
/// <param name="Depth">Levels below it.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="IsPassThrough">Whether requests go through untranslated.</param>
/// <param name="Records">Whether qualified faults are recorded.</param>
internal readonly record struct ContextView(int Fault, ulong Table, int Depth, int Domain, bool IsPassThrough, bool Records)
{
    public static ContextView Of(ulong low, ulong high, UnitShape shape)
    {
        var type = (low >> 2) & 3;
        var depth = (int)(high & 7) + 2;
        var fault = 0;
        if ((low & 1) == 0)
            fault = 0x2;
        else if ((low & 0xff0) != 0 || low >> shape.HostBits != 0 || (high & 0x80) != 0 || high >> 24 != 0)
            fault = 0xb;
        else if (!(depth == 3 || (depth == 4 && shape.AddressBits == 48)) || !(type is 0 or 2))
            fault = 0x3;
        return new ContextView(fault, low & ~0xfffUL, depth, (int)((high >> 8) & 0xffff), type == 2, (low & 2) == 0);
    }

    /// <summary>How many address bits a request may use.</summary>
    public int WidthIn(UnitShape shape) => IsPassThrough ? shape.HostBits : Math.Min(shape.AddressBits, (9 * Depth) + 12);

    /// <summary>A fault of a request that got as far as this entry.</summary>
    public Outcome Refuse(int fault) => new(fault, 0, Records);
}
