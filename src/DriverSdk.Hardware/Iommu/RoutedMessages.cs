using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Sends the unit's own interrupts to the machine's CPUs.</summary>
/// <param name="router">Where messages end.</param>
internal sealed class RoutedMessages(InterruptRouter router) : IMessagePort
{
    /// <inheritdoc/>
    /// <remarks>Only message interrupts are modelled: with another address in its registers the event is lost, as it would be a stray write to memory.</remarks>
    public void Send(PhysAddr address, uint data)
    {
        if (InterruptMessage.Window.Contains(address))
            router.Deliver(new InterruptMessage(address, data));
    }
}
