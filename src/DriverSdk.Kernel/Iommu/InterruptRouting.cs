using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Acpi;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Kernel.Acpi;
using DriverSdk.Kernel.Interrupts;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Which handle of which unit each irq has, where interrupts are remapped. Linux: the interrupt domain of <c>intel_irq_remapping</c>.</summary>
/// <remarks>A function behind a unit that remaps may send only what it was given here; everywhere else messages name CPU and vector themselves.</remarks>
/// <param name="ioApicUnit">The unit that gets the I/O APIC's messages, or null.</param>
/// <param name="ioApic">The id under which they arrive.</param>
internal sealed class InterruptRouting(VtdDriver? ioApicUnit, Bdf ioApic) : IInterruptRemapping
{
    private readonly Lock _sync = new();
    private readonly Dictionary<IrqNumber, Route> _routes = [];

    /// <summary>How many irqs go through a table.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
                return _routes.Count;
        }
    }

    /// <summary>Lets a function send an irq.</summary>
    /// <param name="irq">The irq, until <see cref="Remove"/>.</param>
    /// <param name="target">Where it has to arrive.</param>
    /// <param name="unit">The unit that gets the function's messages, or null.</param>
    /// <param name="requesters">The ids under which they may arrive.</param>
    /// <returns>False when the unit's table is full.</returns>
    public bool TryAdd(IrqNumber irq, InterruptTarget target, VtdDriver? unit, IReadOnlyList<Bdf> requesters) =>
        unit?.InterruptEntries is not { } table || TryAdd(irq, target, InterruptTrigger.Edge, table, requesters);

    /// <summary>The message that becomes an irq.</summary>
    public InterruptMessage MessageFor(IrqNumber irq, InterruptTarget target)
    {
        lock (_sync)
            return _routes.TryGetValue(irq, out var route) ? RemappableMessage.Of(route.Handle) : InterruptMessage.To((byte)target.ApicId, target.Vector);
    }

    /// <inheritdoc/>
    public bool TryAddLine(IrqNumber irq, InterruptTarget target, out RedirectionEntry entry)
    {
        entry = RedirectionEntry.To((byte)target.ApicId, target.Vector, InterruptTrigger.Level);
        if (ioApicUnit?.InterruptEntries is not { } table)
            return true;
        if (!TryAdd(irq, target, InterruptTrigger.Level, table, [ioApic]))
            return false;
        lock (_sync)
            entry = RedirectionEntry.OfHandle(_routes[irq].Handle, target.Vector, InterruptTrigger.Level);
        return true;
    }

    /// <inheritdoc/>
    public void Remove(IrqNumber irq)
    {
        Route route;
        lock (_sync)
        {
            if (!_routes.Remove(irq, out route))
                return;
        }

        route.Table.Remove(route.Handle);
    }

    /// <summary>Whether firmware lets the units remap interrupts and says where the I/O APIC's messages arrive: without that, its pins would be refused.</summary>
    /// <param name="table">What firmware says.</param>
    /// <param name="unit">The unit that gets the I/O APIC's messages.</param>
    /// <param name="ioApic">The id under which they arrive.</param>
    public static bool TryFindIoApic(DmarTable table, [NotNullWhen(true)] out DmarUnit? unit, out Bdf ioApic)
    {
        (unit, ioApic) = (null, default);
        if ((table.Flags & DmarLayout.InterruptRemapping) == 0)
            return false;
        foreach (var candidate in table.Units)
        {
            if (candidate.Scopes.FirstOrDefault(scope => scope.Type == DmarScopeType.IoApic && scope.Path.Count == 1) is not { } found)
                continue;
            unit = candidate;
            ioApic = new Bdf(found.StartBus, found.Path[0].Device, found.Path[0].Function);
            return true;
        }

        return false;
    }

    private bool TryAdd(IrqNumber irq, InterruptTarget target, InterruptTrigger trigger, InterruptEntryTable table, IReadOnlyList<Bdf> requesters)
    {
        if (!table.TryAdd(requesters, target, trigger, out var handle))
            return false;
        lock (_sync)
            _routes.Add(irq, new Route(table, handle));
        return true;
    }

    private readonly record struct Route(InterruptEntryTable Table, ushort Handle);
}
