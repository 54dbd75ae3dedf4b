using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>An IOMMU in two sets: every page maps to itself, except those a test moved or blocked.</summary>
internal sealed class TestRemapper : IDmaRemapper
{
    private const ulong PageBytes = 4096;

    private readonly Dictionary<ulong, ulong> _moved = [];
    private readonly HashSet<ulong> _blocked = [];

    public int Faults { get; private set; }

    public void Block(ulong address) => _blocked.Add(address / PageBytes);

    public void Unblock(ulong address) => _blocked.Remove(address / PageBytes);

    public void Move(ulong iova, ulong physical) => _moved[iova / PageBytes] = physical;

    public void Watch(RequesterSlot slot)
    {
    }

    public void Unwatch(RequesterSlot slot)
    {
    }

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
        var number = address.Value / PageBytes;
        var offset = address.Value % PageBytes;
        if (_blocked.Contains(number))
        {
            Faults++;
            page = default;
            return false;
        }

        var physical = _moved.GetValueOrDefault(number, number * PageBytes);
        page = new TranslatedPage(new PhysAddr(physical + offset), PageBytes - offset);
        return true;
    }

    public bool TryTranslate(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out TranslatedPage page) =>
        TryTranslate(source, address, access, out page);

    public bool TryAnswer(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out DmaTranslation translation)
    {
        translation = default;
        return true;
    }
}
