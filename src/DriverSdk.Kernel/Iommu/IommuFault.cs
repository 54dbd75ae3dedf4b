using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Iommu;

/// <summary>An access that the remapping unit refused, as the kernel read it from the unit. Linux: what <c>dmar_fault_do_one()</c> logs.</summary>
/// <param name="DeviceName">The device's name, or its bus address when no driver's device has it.</param>
/// <param name="Source">The requester.</param>
/// <param name="Page">First byte of the page that was asked for.</param>
/// <param name="Access">What was asked for.</param>
/// <param name="Reason">Why it was refused.</param>
[AnyContext]
public readonly record struct IommuFault(string DeviceName, Bdf Source, Iova Page, IommuAccess Access, FaultReason Reason)
{
    /// <summary>The fault as a sentence.</summary>
    public override string ToString() => $"device '{DeviceName}' was refused {Refused}: "
        + (Reason == FaultReason.None ? "no reason was recorded" : FaultSpec.Of(Reason).ToString());

    // A record's address field holds an index when it is about an interrupt.
    private string Refused => new FaultRecord { Page = Page, Reason = Reason } is { IsInterrupt: true } interrupt
        ? $"interrupt {interrupt.InterruptIndex}"
        : $"a {Access.ToString().ToLowerInvariant()} of {Page}";
}
