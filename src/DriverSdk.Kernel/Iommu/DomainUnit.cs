using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>A unit that caches a domain, and the id under which it does.</summary>
/// <param name="unit">The unit.</param>
/// <param name="id">An id of that unit's own.</param>
internal sealed class DomainUnit(VtdDriver unit, DomainId id)
{
    /// <summary>The unit.</summary>
    public VtdDriver Unit => unit;

    /// <summary>The tag of the domain's cached translations there.</summary>
    public DomainId Id => id;

    /// <summary>Devices of that unit that are in the domain; the IOMMU core's lock protects it.</summary>
    public int Uses { get; set; } = 1;
}
