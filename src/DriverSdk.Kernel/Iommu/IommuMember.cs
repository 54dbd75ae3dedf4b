using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Devices;

namespace DriverSdk.Kernel.Iommu;

/// <summary>One device of a group. Linux: <c>struct group_device</c>.</summary>
/// <param name="device">The device.</param>
/// <param name="place">Where it stands.</param>
/// <param name="unit">The unit that gets its requests.</param>
/// <param name="reserved">Its reserved regions.</param>
internal sealed class IommuMember(Device device, PciPlace place, VtdDriver unit, IReadOnlyList<ReservedRegion> reserved)
{
    public Device Device => device;

    public PciPlace Place => place;

    public VtdDriver Unit => unit;

    public IReadOnlyList<ReservedRegion> Reserved => reserved;

    /// <summary>The ids of its requests.</summary>
    public IReadOnlyList<Bdf> Requesters { get; } = place.Requesters;

    /// <summary>The domain whose unit it uses, or null before it has one.</summary>
    public IommuDomain? Installed { get; set; }

    /// <summary>Whether its requests are refused for a while, whatever its domain: it is being reset.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether firmware goes on using it, so that it can never be blocked.</summary>
    public bool RequiresDirect { get; } = reserved.Any(region => region.Type == ReservedRegionType.Direct);
}
