using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Interrupts;

/// <summary>Takes message interrupts off the bus and latches them at the CPUs they name.</summary>
/// <remarks>
/// Any thread may call; there is no lock. The sink only latches, so a device may send from anywhere, also while a transfer of its own is in flight. Messages in the remappable
/// format, and delivery modes other than fixed and lowest priority, are dropped and counted.
/// </remarks>
/// <param name="sink">The CPUs.</param>
/// <param name="cpuCount">CPUs; their APIC ids are 0 up to this.</param>
internal sealed class InterruptRouter(IInterruptSink sink, int cpuCount)
{
    // In the flat logical model a destination is a set of eight.
    private const int LogicalCpus = 8;

    private long _delivered;
    private long _dropped;

    /// <summary>Messages that reached at least one CPU.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Messages that named no CPU, or a format or mode that is not modelled.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Decodes one message and latches it.</summary>
    public void Deliver(InterruptMessage message)
    {
        var reached = IsModelled(message) && (message.DestinationMode == InterruptDestinationMode.Physical
            ? DeliverPhysical(message)
            : DeliverLogical(message));
        Interlocked.Increment(ref reached ? ref _delivered : ref _dropped);
    }

    private static bool IsModelled(InterruptMessage message) =>
        !message.IsRemappable
        && message.Vector >= InterruptMessage.FirstVector
        && message.DeliveryMode is InterruptDeliveryMode.Fixed or InterruptDeliveryMode.LowestPriority;

    private bool DeliverPhysical(InterruptMessage message)
    {
        if (message.Destination != InterruptMessage.Broadcast)
            return TryRaise(message.Destination, message.Vector);
        for (var cpu = 0; cpu < cpuCount; cpu++)
            sink.Raise((uint)cpu, message.Vector);
        return true;
    }

    private bool DeliverLogical(InterruptMessage message)
    {
        var one = message.RedirectionHint || message.DeliveryMode == InterruptDeliveryMode.LowestPriority;
        var reached = false;
        for (var cpu = 0; cpu < LogicalCpus && !(one && reached); cpu++)
        {
            if ((message.Destination & (1 << cpu)) != 0)
                reached |= TryRaise(cpu, message.Vector);
        }

        return reached;
    }

    private bool TryRaise(int apicId, byte vector)
    {
        if (apicId >= cpuCount)
            return false;
        sink.Raise((uint)apicId, vector);
        return true;
    }
}
