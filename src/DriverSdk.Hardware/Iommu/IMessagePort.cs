using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Where the unit's own event interrupts leave it: a 32-bit message write.</summary>
/// <remarks>The unit calls it with its locks held, from any thread; the receiver only latches and never comes back to the unit.</remarks>
internal interface IMessagePort
{
    /// <summary>Sends one message.</summary>
    void Send(PhysAddr address, uint data);
}
