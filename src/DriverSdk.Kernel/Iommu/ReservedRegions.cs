using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Registers;
using DriverSdk.Kernel.Acpi;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Works out which of a device's addresses are not free. Linux: <c>intel_iommu_get_resv_regions()</c>.</summary>
internal static class ReservedRegions
{
    /// <summary>What firmware uses by the device's DMA, where its unit's registers are, and where its writes are interrupts.</summary>
    public static IReadOnlyList<ReservedRegion> Of(PciPlace place, VtdDriver unit, DmarTable dmar) =>
    [
        .. dmar.Reservations
            .Where(reservation => DmarScopes.DepthOf(reservation.Scopes, place) != 0)
            .Select(reservation => new ReservedRegion(At(reservation.Range), ReservedRegionType.Direct)),
        new ReservedRegion(At(new AddressRange<PhysAddr>(unit.Registers, RegisterOffsets.PageBytes)), ReservedRegionType.Reserved),
        // Requests there are never translated. Source: facts/vtd.md 3.
        new ReservedRegion(At(InterruptMessage.Window), ReservedRegionType.Msi),
    ];

    private static AddressRange<Iova> At(AddressRange<PhysAddr> range) => new(new Iova(range.Start.Value), range.LengthBytes);
}
