using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>
/// The slow twin of the maximally stale policy: everything ever seen is in a dictionary until an invalidation names it. Written once more from facts/vtd.md with bit
/// positions of its own, for tables of four levels, 48 bits, and pages of all sizes.
/// </summary>
internal sealed class NaiveStaleUnit(PhysicalMemory memory, ulong root, bool keepsRefusals)
{
    private const int Top = 39;
    private readonly Dictionary<int, (ulong Low, ulong High, int Fault)> _contexts = [];
    private readonly Dictionary<(int Domain, int Shift, ulong Frame), (ulong Target, int Bits)> _leaves = [];
    private readonly Dictionary<(int Domain, int Shift, ulong Frame), (ulong Target, int Bits)> _tables = [];
    private readonly Dictionary<(int Domain, int Shift, ulong Frame), (int Fault, int Bits)> _refusals = [];

    /// <summary>Fault code (0: none), physical address, and bytes to the end of the page.</summary>
    public readonly record struct Answer(int Fault, ulong Address, ulong Left);

    public Answer Translate(int source, ulong iova, bool write)
    {
        if (!_contexts.TryGetValue(source, out var context))
        {
            context = ReadContext(source);
            if (context.Fault == 0 || keepsRefusals)
                _contexts[source] = context;
        }

        if (context.Fault != 0)
            return new Answer(context.Fault, 0, 0);
        return iova >> 48 != 0 ? new Answer(4, 0, 0) : TranslateIn(DomainOf(context), context.Low & ~0xfffUL, iova, write);
    }

    public void DropContexts(Func<int, int, bool> isMeant)
    {
        foreach (var (source, context) in _contexts.Where(entry => isMeant(entry.Key, entry.Value.Fault == 0 ? DomainOf(entry.Value) : 0)).ToArray())
            _contexts.Remove(source);
    }

    public void DropAll()
    {
        _leaves.Clear();
        _tables.Clear();
        _refusals.Clear();
    }

    public void DropDomain(int domain)
    {
        Drop(_leaves, key => key.Domain == domain);
        Drop(_tables, key => key.Domain == domain);
        Drop(_refusals, key => key.Domain == domain);
    }

    public void DropPages(int domain, ulong first, ulong bytes, bool onlyLeaves)
    {
        bool IsMeant((int Domain, int Shift, ulong Frame) key) =>
            key.Domain == domain && key.Frame << key.Shift < first + bytes && first < (key.Frame + 1) << key.Shift;
        Drop(_leaves, IsMeant);
        Drop(_refusals, IsMeant);
        if (!onlyLeaves)
            Drop(_tables, IsMeant);
    }

    private static void Drop<TValue>(Dictionary<(int Domain, int Shift, ulong Frame), TValue> cache, Func<(int Domain, int Shift, ulong Frame), bool> isMeant)
    {
        foreach (var key in cache.Keys.Where(isMeant).ToArray())
            cache.Remove(key);
    }

    private static int DomainOf((ulong Low, ulong High, int Fault) context) => (int)((context.High >> 8) & 0xffff);

    private (ulong Low, ulong High, int Fault) ReadContext(int source)
    {
        var table = Get(root + (ulong)(16 * (source >> 8)));
        if ((table & 1) == 0)
            return (0, 0, 1);
        var low = Get((table & ~0xfffUL) + (ulong)(16 * (source & 255)));
        var high = Get((table & ~0xfffUL) + (ulong)(16 * (source & 255)) + 8);
        return (low, high, (low & 1) == 0 ? 2 : (low & 0xff0) != 0 ? 0xb : 0);
    }

    private Answer TranslateIn(int domain, ulong table, ulong iova, bool write)
    {
        var wanted = write ? 2 : 1;
        var denial = new Answer(write ? 5 : 6, 0, 0);
        for (var shift = 12; shift <= 30; shift += 9)
        {
            if (_leaves.TryGetValue((domain, shift, iova >> shift), out var leaf))
                return (leaf.Bits & wanted) == 0 ? denial : In(leaf.Target, shift, iova);
        }

        for (var shift = 12; shift <= Top; shift += 9)
        {
            if (!_refusals.TryGetValue((domain, shift, iova >> shift), out var refusal))
                continue;
            if ((refusal.Bits & wanted) == 0)
                return denial;
            if (refusal.Fault != 0)
                return new Answer(refusal.Fault, 0, 0);
        }

        for (var shift = 21; shift <= Top; shift += 9)
        {
            if (!_tables.TryGetValue((domain, shift, iova >> shift), out var known))
                continue;
            return (known.Bits & wanted) == 0 ? denial : Walk(domain, known.Target, shift - 9, known.Bits, iova, wanted);
        }

        return Walk(domain, table, Top, 3, iova, wanted);
    }

    private Answer Walk(int domain, ulong table, int shift, int bits, ulong iova, int wanted)
    {
        var entry = Get(table + (8 * ((iova >> shift) % 512)));
        bits &= (int)(entry & 3);
        var isLeaf = shift == 12 || (entry & 0x80) != 0;
        var target = entry & 0x000f_ffff_ffff_f000;
        var isWrong = (entry & 0x4000_0000_0000_0800) != 0 || (isLeaf && (shift == Top || (target & ((1UL << shift) - 1)) != 0));
        var key = (domain, shift, iova >> shift);
        if (!isLeaf && !isWrong && bits != 0)
            _tables[key] = (target, bits);
        if ((bits & wanted) == 0)
            return Refuse(key, wanted == 2 ? 5 : 6, 0, bits);
        if (isWrong)
            return Refuse(key, 0xc, 0xc, bits);
        if (!isLeaf)
            return Walk(domain, target, shift - 9, bits, iova, wanted);
        var answer = In(target, shift, iova);
        if (answer.Fault != 0)
            return Refuse((domain, 12, iova >> 12), answer.Fault, answer.Fault, bits);
        if (!Touches(target, shift))
            _leaves[key] = (target, bits);
        return answer;
    }

    private Answer Refuse((int Domain, int Shift, ulong Frame) key, int fault, int error, int bits)
    {
        if (keepsRefusals)
            _refusals[key] = (error, bits);
        return new Answer(fault, 0, 0);
    }

    private static Answer In(ulong page, int shift, ulong iova)
    {
        var address = page + (iova & ((1UL << shift) - 1));
        if (address >> 20 == 0xfee)
            return new Answer(0xe, 0, 0);
        var unit = Touches(page, shift) ? 4096 : 1UL << shift;
        return new Answer(0, address, unit - (iova & (unit - 1)));
    }

    private static bool Touches(ulong page, int shift) => page < 0xfef0_0000 && page + (1UL << shift) > 0xfee0_0000;

    private ulong Get(ulong place) => memory.TryReadEntry(new PhysAddr(place), out var entry) ? entry : throw new InvalidOperationException($"0x{place:x} is not RAM");
}
