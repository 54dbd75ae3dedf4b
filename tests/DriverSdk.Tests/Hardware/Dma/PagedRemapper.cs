using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Tests.Hardware.Dma;

/// <summary>A remapping unit that is a dictionary of 4 KiB pages, and remembers what it was asked.</summary>
internal sealed class PagedRemapper : IDmaRemapper
{
    private const ulong PageBytes = 4096;

    private readonly Dictionary<ulong, (ulong Frame, IommuAccess Access)> _pages = [];

    public List<RequesterSlot> Watched { get; } = [];

    public List<(Bdf Source, ulong Address, IommuAccess Access)> Requests { get; } = [];

    public List<DmaAttributes> Attributes { get; } = [];

    /// <summary>How often a translation was asked for outside the slot.</summary>
    public int OutsideSlot { get; private set; }

    public void Map(ulong iova, ulong physical, IommuAccess access = IommuAccess.ReadWrite) =>
        _pages[iova / PageBytes] = (physical / PageBytes, access);

    public void Watch(RequesterSlot slot) => Watched.Add(slot);

    public void Unwatch(RequesterSlot slot) => Watched.Remove(slot);

    public InterruptVerdict Remap(Bdf source, InterruptMessage message, out CpuInterrupt interrupt)
    {
        interrupt = default;
        return InterruptVerdict.Passed;
    }

    public void ReportMalformed(Bdf source)
    {
    }

    public bool TryTranslate(Bdf source, Iova address, IommuAccess access, out TranslatedPage page)
    {
        Requests.Add((source, address.Value, access));
        if (!Watched.Exists(slot => slot.IsInFlight))
            OutsideSlot++;
        page = default;
        if (!_pages.TryGetValue(address.Value / PageBytes, out var entry) || (entry.Access & access) == 0)
            return false;
        var offset = address.Value % PageBytes;
        page = new TranslatedPage(new PhysAddr((entry.Frame * PageBytes) + offset), PageBytes - offset);
        return true;
    }

    public bool TryTranslate(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out TranslatedPage page)
    {
        Attributes.Add(attributes);
        return TryTranslate(source, address, access == IommuAccess.None ? IommuAccess.ReadWrite : access, out page);
    }

    public bool TryAnswer(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out DmaTranslation translation)
    {
        Attributes.Add(attributes);
        translation = default;
        if (_pages.TryGetValue(address.Value / PageBytes, out var entry))
            translation = new DmaTranslation(new PhysAddr(entry.Frame * PageBytes), PageBytes, entry.Access & access);
        return true;
    }
}
