using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Qtest.Iommu;

/// <summary>Builds root, context and page tables in emulated RAM, through the connection alone; changes nothing that a unit may have cached.</summary>
public sealed class IommuTables
{
    private readonly AddressRange<PhysAddr> _region;
    private readonly Dictionary<int, PhysAddr> _contextTables = [];
    private PhysAddr _next;

    /// <summary>Makes an empty root table.</summary>
    /// <param name="client">The machine.</param>
    /// <param name="region">RAM for the tables, page-aligned; used from its start.</param>
    public IommuTables(QtestClient client, AddressRange<PhysAddr> region)
    {
        Client = client;
        _region = region;
        _next = region.Start;
        Root = AllocatePage();
    }

    /// <summary>The root table.</summary>
    public PhysAddr Root { get; }

    internal QtestClient Client { get; }

    /// <summary>A zeroed page of the region.</summary>
    /// <exception cref="InvalidOperationException">The region is used up.</exception>
    public PhysAddr AllocatePage() => AllocatePages(1);

    /// <summary>Zeroed pages of the region, in one piece.</summary>
    public PhysAddr AllocatePages(int count)
    {
        var page = _next;
        var bytes = (ulong)count * PageSize.CpuBytes;
        if (page - _region.Start + bytes > _region.LengthBytes)
            throw new InvalidOperationException($"The region {_region} for tables is used up; give a larger one.");
        _next = page + bytes;
        Client.Memset(page, bytes, 0);
        return page;
    }

    /// <summary>An empty page table.</summary>
    /// <param name="levels">3, 4 or 5.</param>
    public IommuPageTable CreatePageTable(int levels) => new(this, levels);

    /// <summary>Makes a function's requests go through a page table.</summary>
    public void Attach(Bdf source, DomainId domain, IommuPageTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        SetContext(source, new ContextEntry { IsPresent = true, SecondStageTable = table.Root, Levels = table.Levels, Domain = domain });
    }

    /// <summary>Makes a function's requests pass without translation.</summary>
    /// <param name="source">The function.</param>
    /// <param name="domain">The domain id under which they are cached.</param>
    /// <param name="levels">The width that the unit checks against; a depth that it supports.</param>
    public void PassThrough(Bdf source, DomainId domain, int levels) =>
        SetContext(source, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = levels, Domain = domain });

    /// <summary>Writes a context entry as it is, reserved bits included.</summary>
    public void SetContext(Bdf source, ulong low, ulong high)
    {
        var at = ContextAddress(source);
        Client.StartBatch().Write64(at + 8, high).Write64(at, low).Run();
    }

    /// <summary>Writes a root entry as it is; context tables made before are forgotten by it.</summary>
    public void SetRoot(int bus, ulong low, ulong high)
    {
        var at = RootEntry.AddressIn(Root, new Bdf(bus, 0, 0));
        Client.StartBatch().Write64(at + 8, high).Write64(at, low).Run();
    }

    /// <summary>Where a function's context entry lies; makes the context table of its bus present.</summary>
    public PhysAddr ContextAddress(Bdf source)
    {
        if (!_contextTables.TryGetValue(source.Bus, out var table))
        {
            _contextTables[source.Bus] = table = AllocatePage();
            var entry = new RootEntry { IsPresent = true, ContextTable = table };
            SetRoot(source.Bus, entry.Low, entry.High);
        }

        return ContextEntry.AddressIn(table, source);
    }

    internal void SetContext(Bdf source, in ContextEntry entry) => SetContext(source, entry.Low, entry.High);
}
