namespace DriverSdk.Differential.Twin;

/// <summary>The slow twin of one request over tables that nobody has changed since the caches were emptied.</summary>
/// <param name="shape">What the units offer.</param>
/// <param name="words">Memory that is not zero.</param>
/// <param name="root">Address of the root table.</param>
internal sealed class TreeTwin(UnitShape shape, IReadOnlyDictionary<ulong, ulong> words, ulong root)
{
    public Outcome Translate(in DeviceRequest request)
    {
        // Bus 0: the first root entry.
        if (!shape.IsRam(root))
            return Always(0x8);
        var low = Word(root);
        if ((low & 1) == 0)
            return Always(0x1);
        if (Word(root + 8) != 0 || (low & 0xffe) != 0 || low >> shape.HostBits != 0)
            return Always(0xa);
        var place = (low & ~0xfffUL) + (ulong)(16 * request.DevFn);
        return shape.IsRam(place) ? InContext(ContextView.Of(Word(place), Word(place + 8), shape), request) : Always(0x9);
    }

    /// <summary>Whether a device's context entry, taken by itself, lets its requests through untranslated.</summary>
    public bool PassesThrough(int devFn)
    {
        var place = (Word(root) & ~0xfffUL) + (ulong)(16 * devFn);
        return shape.IsRam(place) && ContextView.Of(Word(place), Word(place + 8), shape).IsPassThrough;
    }

    private Outcome InContext(in ContextView context, in DeviceRequest request)
    {
        if (context.Fault != 0)
            return context.Refuse(context.Fault);
        if (request.Address >> context.WidthIn(shape) != 0)
            return context.Refuse(0x4);
        return context.IsPassThrough ? Outcome.Reaches(request.Address) : InTable(context, context.Table, (9 * (context.Depth - 1)) + 12, request);
    }

    private Outcome InTable(in ContextView context, ulong table, int shift, in DeviceRequest request)
    {
        var place = table + (8 * ((request.Address >> shift) % 512));
        if (!shape.IsRam(place))
            return context.Refuse(0x7);
        var entry = EntryView.Of(Word(place), shift, request.Kind, shape);
        if (entry.Fault != 0)
            return context.Refuse(entry.Fault);
        return entry.IsLeaf ? entry.Reach(request.Address, shift, context) : InTable(context, entry.Target, shift - 9, request);
    }

    private ulong Word(ulong place) => words.GetValueOrDefault(place);

    private static Outcome Always(int fault) => new(fault, 0, true);
}
