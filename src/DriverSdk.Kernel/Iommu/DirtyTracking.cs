namespace DriverSdk.Kernel.Iommu;

/// <summary>Whether units mark the pages of a domain that devices write.</summary>
internal enum DirtyTracking
{
    /// <summary>They do not.</summary>
    Off = 0,

    /// <summary>They do, until it is off again.</summary>
    On,
}
