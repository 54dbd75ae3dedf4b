using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Kernel;

/// <summary>What a kernel is told at boot. Linux: the command line.</summary>
internal sealed record KernelOptions
{
    /// <summary>What devices are put into.</summary>
    public DefaultDomain DefaultDomain { get; init; }

    /// <summary>What single devices demand instead. Linux: <c>def_domain_type()</c>.</summary>
    public IReadOnlyDictionary<Bdf, DefaultDomain> DeviceDomains { get; init; } = new Dictionary<Bdf, DefaultDomain>();
}
