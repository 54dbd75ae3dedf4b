using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Pci;

namespace DriverSdk.Kernel.Pci;

/// <summary>Finds out how large each BAR is and gives it an address, as firmware does at boot.</summary>
internal sealed class PciBarAssigner(BootInformation boot)
{
    private readonly PciWindow _low = new(boot.Mmio32Window);
    private readonly PciWindow _prefetchable = new(boot.Mmio64Window);

    /// <summary>Sizes and assigns the BARs of one function; memory decoding is off meanwhile, so that no half-written address answers.</summary>
    /// <param name="config">The function.</param>
    /// <param name="barCount">6 for an endpoint, 2 for a bridge.</param>
    public PciBar[] Assign(PciConfig config, int barCount)
    {
        config.UpdateCommand(PciCommand.None, PciCommand.MemorySpace | PciCommand.IoSpace);
        var bars = new List<PciBar>();
        for (var index = 0; index < barCount; index++)
        {
            var offset = PciHeader.Bar0 + (4 * index);
            config.Write32(offset, uint.MaxValue);
            var low = config.Read32(offset);
            if (low == 0)
                continue;
            // Port BARs are left unassigned: no device of this machine has its registers there.
            if ((low & PciBarBits.IoSpace) != 0)
            {
                config.Write32(offset, 0);
                continue;
            }

            var is64Bit = (low & PciBarBits.WidthMask) == PciBarBits.Width64;
            var high = uint.MaxValue;
            if (is64Bit)
            {
                config.Write32(offset + 4, uint.MaxValue);
                high = config.Read32(offset + 4);
            }

            var sizeMask = ((ulong)high << 32) | (low & PciBarBits.MemoryAddressMask);
            var window = is64Bit && (low & PciBarBits.Prefetchable) != 0 ? _prefetchable : _low;
            var placed = window.TryTake(~sizeMask + 1, out var range) ? range : default;
            bars.Add(new PciBar(index, placed));
            config.Write32(offset, (uint)placed.Start.Value);
            if (!is64Bit)
                continue;
            config.Write32(offset + 4, (uint)(placed.Start.Value >> 32));
            index++;
        }

        return [.. bars];
    }

    /// <summary>Begins a bridge's windows: what is assigned until <see cref="CloseWindows"/> lies behind it.</summary>
    public (ulong Low, ulong Prefetchable) OpenWindows()
    {
        _low.Align(PciBridgeHeader.WindowGranuleBytes);
        _prefetchable.Align(PciBridgeHeader.WindowGranuleBytes);
        return (_low.Next, _prefetchable.Next);
    }

    /// <summary>Ends a bridge's windows and writes them; a window in which nothing was assigned is written closed, its base above its limit.</summary>
    public void CloseWindows(PciConfig bridge, (ulong Low, ulong Prefetchable) opened)
    {
        _low.Align(PciBridgeHeader.WindowGranuleBytes);
        _prefetchable.Align(PciBridgeHeader.WindowGranuleBytes);
        var (lowBase, lowLimit) = Bounds(opened.Low, _low.Next);
        bridge.Write16(PciBridgeHeader.MemoryBase, WindowBits(lowBase));
        bridge.Write16(PciBridgeHeader.MemoryLimit, WindowBits(lowLimit));
        var (prefetchableBase, prefetchableLimit) = Bounds(opened.Prefetchable, _prefetchable.Next);
        bridge.Write16(PciBridgeHeader.PrefetchableBase, WindowBits(prefetchableBase));
        bridge.Write16(PciBridgeHeader.PrefetchableLimit, WindowBits(prefetchableLimit));
        bridge.Write32(PciBridgeHeader.PrefetchableBaseUpper, (uint)(prefetchableBase >> 32));
        bridge.Write32(PciBridgeHeader.PrefetchableLimitUpper, (uint)(prefetchableLimit >> 32));
    }

    private static (ulong Base, ulong Limit) Bounds(ulong start, ulong end) =>
        end > start ? (start, end - 1) : (PciBridgeHeader.WindowGranuleBytes, 0);

    private static ushort WindowBits(ulong address) => (ushort)((address >> PciBridgeHeader.WindowShift) & PciBridgeHeader.WindowAddressBits);
}
