using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Kernel.Iommu;

/// <summary>The root table and the context tables in RAM, by which the unit finds a function's domain.</summary>
/// <remarks>Callers hold the IOMMU core's lock. Source: facts/vtd.md 2.</remarks>
internal sealed class RemappingTables
{
    private readonly PhysicalMemory _ram;
    private readonly ITablePages _pages;
    private readonly ICpuCaches? _caches;

    /// <summary>Makes an empty root table.</summary>
    /// <param name="ram">RAM.</param>
    /// <param name="pages">Where tables come from; written back when the unit does not snoop.</param>
    /// <param name="caches">Where entries are written back when the unit does not snoop, else null.</param>
    public RemappingTables(PhysicalMemory ram, ITablePages pages, ICpuCaches? caches = null)
    {
        _caches = caches;
        _ram = ram;
        _pages = pages;
        if (!pages.TryAllocate(out var root))
            throw new InsufficientMemoryException("No page is free for the remapping unit's root table; build the machine with more RAM.");
        Root = root;
    }

    /// <summary>The root table.</summary>
    public PhysAddr Root { get; }

    /// <summary>A function's context entry.</summary>
    public ContextEntry Read(Bdf source)
    {
        var root = ReadRoot(source);
        if (!root.IsPresent)
            return default;
        var at = ContextEntry.AddressIn(root.ContextTable, source);
        return new ContextEntry(_ram.Entry(at), _ram.Entry(at + sizeof(ulong)));
    }

    /// <summary>Replaces a function's context entry; the caller invalidates what the unit cached of the old one.</summary>
    public Errno Write(Bdf source, ContextEntry entry)
    {
        var root = ReadRoot(source);
        if (!root.IsPresent)
        {
            if (!_pages.TryAllocate(out var table))
                return Errno.NoMemory;
            root = new RootEntry { ContextTable = table, IsPresent = true };
            Store(RootEntry.AddressIn(Root, source), root.Low);
        }

        var at = ContextEntry.AddressIn(root.ContextTable, source);
        // The half with the Present bit last: the unit must not see it beside another entry's other half.
        Store(at + sizeof(ulong), entry.High);
        Store(at, entry.Low);
        return Errno.Success;
    }

    /// <summary>Makes a function's entry not present; the caller invalidates.</summary>
    public void Clear(Bdf source)
    {
        if (ReadRoot(source) is not { IsPresent: true } root)
            return;
        var at = ContextEntry.AddressIn(root.ContextTable, source);
        Store(at, 0);
        Store(at + sizeof(ulong), 0);
    }

    private void Store(PhysAddr place, ulong half)
    {
        Volatile.Write(ref _ram.Entry(place), half);
        _caches?.WriteBack(place, sizeof(ulong));
    }

    private RootEntry ReadRoot(Bdf source)
    {
        var at = RootEntry.AddressIn(Root, source);
        return new RootEntry(_ram.Entry(at), _ram.Entry(at + sizeof(ulong)));
    }
}
