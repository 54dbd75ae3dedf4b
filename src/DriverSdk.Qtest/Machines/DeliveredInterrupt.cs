using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Qtest.Machines;

/// <summary>A message that reached the CPUs' interrupt controllers, after remapping.</summary>
/// <param name="Destination">Which controllers, as the destination mode reads it.</param>
/// <param name="DestinationMode">Whether the destination is an id or a logical set.</param>
/// <param name="DeliveryMode">How it is delivered.</param>
/// <param name="Vector">The vector.</param>
/// <param name="Trigger">Edge or level.</param>
public readonly record struct DeliveredInterrupt(
    uint Destination, InterruptDestinationMode DestinationMode, InterruptDeliveryMode DeliveryMode, byte Vector, InterruptTrigger Trigger);
