using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Kernel.Iommu;

/// <summary>A way to make the unit forget: each call returns when the unit has done it, drained transfers included.</summary>
internal interface IInvalidator
{
    /// <summary>Invalidates cached translations.</summary>
    void Invalidate(in IotlbInvalidation request);

    /// <summary>Invalidates cached context entries.</summary>
    void Invalidate(in ContextInvalidation request);
}
