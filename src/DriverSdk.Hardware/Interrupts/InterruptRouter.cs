using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Interrupts;

/// <summary>Takes message interrupts off the bus and latches them at the CPUs they name.</summary>
/// <remarks>
/// Any thread may call; there is no lock. The sink only latches, so a device may send from anywhere, also while a transfer of its own is in flight. Messages in the remappable
/// format that no unit remapped, and delivery modes other than fixed and lowest priority, are dropped and counted.
/// </remarks>
/// <param name="sink">The CPUs.</param>
/// <param name="cpuCount">CPUs; their APIC ids are 0 up to this.</param>
internal sealed class InterruptRouter(IInterruptSink sink, int cpuCount)
{
    // A set of the flat xAPIC model names eight CPUs, one of x2APIC sixteen of a cluster.
    private const int FlatCpus = 8;
    private const int ClusterCpus = 16;

    private long _delivered;
    private long _dropped;

    /// <summary>Messages that reached at least one CPU.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Messages that named no CPU, or a format or mode that is not modelled.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes a requester's message past the remapping unit, where there is one, and latches what it stands for.</summary>
    /// <returns>False when the unit refused it and has recorded why.</returns>
    public bool Deliver(Bdf source, InterruptMessage message, IInterruptRemapper? remapper)
    {
        var interrupt = default(CpuInterrupt);
        switch (remapper?.Remap(source, message, out interrupt) ?? InterruptVerdict.Passed)
        {
            case InterruptVerdict.Passed:
                Deliver(message);
                return true;
            case InterruptVerdict.Remapped:
                Latch(interrupt);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Decodes one message in compatibility format and latches it; the unit's own messages come here, past no remapping.</summary>
    public void Deliver(InterruptMessage message)
    {
        if (message.IsRemappable)
            Interlocked.Increment(ref _dropped);
        else
            Latch(CpuInterrupt.Of(message));
    }

    private void Latch(in CpuInterrupt interrupt)
    {
        var reached = IsModelled(interrupt) && (interrupt.DestinationMode == InterruptDestinationMode.Physical
            ? LatchPhysical(interrupt)
            : LatchLogical(interrupt));
        Interlocked.Increment(ref reached ? ref _delivered : ref _dropped);
    }

    private static bool IsModelled(in CpuInterrupt interrupt) =>
        interrupt.Vector >= InterruptMessage.FirstVector && interrupt.DeliveryMode is InterruptDeliveryMode.Fixed or InterruptDeliveryMode.LowestPriority;

    private bool LatchPhysical(in CpuInterrupt interrupt)
    {
        if (interrupt.Destination != (interrupt.Mode == ApicMode.X2Apic ? uint.MaxValue : InterruptMessage.Broadcast))
            return TryRaise(interrupt.Destination, interrupt.Vector);
        for (var cpu = 0u; cpu < cpuCount; cpu++)
            sink.Raise(cpu, interrupt.Vector);
        return true;
    }

    private bool LatchLogical(in CpuInterrupt interrupt)
    {
        var one = interrupt.RedirectionHint || interrupt.DeliveryMode == InterruptDeliveryMode.LowestPriority;
        var (first, count) = interrupt.Mode == ApicMode.X2Apic ? ((interrupt.Destination >> 16) * ClusterCpus, ClusterCpus) : (0u, FlatCpus);
        var reached = false;
        for (var cpu = 0; cpu < count && !(one && reached); cpu++)
        {
            if ((interrupt.Destination & (1u << cpu)) != 0)
                reached |= TryRaise(first + (uint)cpu, interrupt.Vector);
        }

        return reached;
    }

    private bool TryRaise(uint apicId, byte vector)
    {
        if (apicId >= cpuCount)
            return false;
        sink.Raise(apicId, vector);
        return true;
    }
}
