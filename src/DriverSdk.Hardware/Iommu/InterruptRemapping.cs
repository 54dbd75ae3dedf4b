using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Interrupt remapping: IRTA, and what becomes of each message. Commands come under the unit's command lock; messages from any thread, without a lock.</summary>
/// <remarks>
/// Source: facts/vtd.md 1 and 8. An invalidation of interrupt entries does not wait for messages that looked up before it. That the unused bits of DST are checked without
/// EIME, and that a refused access that is no message is reason 0x29 with index 0, is unverified against the specification.
/// </remarks>
/// <param name="memory">Where the table lies.</param>
/// <param name="behind">The memory behind the CPUs' caches, where a unit that does not snoop reads its table; else null.</param>
/// <param name="options">What the unit offers.</param>
/// <param name="faults">Where refusals are recorded.</param>
internal sealed class InterruptRemapping(PhysicalMemory memory, TableMemory? behind, RemappingUnitOptions options, FaultLog faults) : IInterruptRemapper
{
    private InterruptTableAddress _written;
    private InterruptTableAddress _latched;
    private InterruptTable? _table;
    private long _entryReads;
    private long _remapped;
    private long _refused;

    /// <summary>The cached entries.</summary>
    public InterruptEntryCache Cache { get; } = new(options);

    /// <summary>IRTA; it takes effect when SIRTP latches it. Reads zero on a unit without interrupt remapping.</summary>
    public ulong TableRegister
    {
        get => _written.Value;
        set => _written = options.InterruptRemapping ? WithoutReserved(new InterruptTableAddress(value)) : default;
    }

    /// <summary>SIRTP: what IRTA says now counts from here on. Cached entries stay.</summary>
    public void Latch() => _latched = _written;

    /// <summary>Makes the status bits IRE and CFI effective.</summary>
    public void Apply(GlobalCommand status)
    {
        var passes = status.HasFlag(GlobalCommand.CompatibilityFormatInterrupts) && !_latched.ExtendedMode;
        Volatile.Write(ref _table, status.HasFlag(GlobalCommand.InterruptRemapping)
            ? new InterruptTable(_latched, passes ? InterruptVerdict.Passed : InterruptVerdict.Refused)
            : null);
    }

    /// <inheritdoc/>
    public InterruptVerdict Remap(Bdf source, InterruptMessage message, out CpuInterrupt interrupt)
    {
        interrupt = default;
        if (Volatile.Read(ref _table) is not { } table)
            return InterruptVerdict.Passed;
        if (!message.IsRemappable)
            return table.Compatibility == InterruptVerdict.Passed ? InterruptVerdict.Passed : Refuse(source, 0, FaultReason.CompatibilityInterruptBlocked, default);

        var request = new RemappableMessage(message);
        var reason = Find(table, source, request, out var entry);
        if (reason == FaultReason.None && !entry.Admits(source))
            reason = FaultReason.InterruptSourceDenied;
        if (reason != FaultReason.None)
            return Refuse(source, request.Index, reason, entry);
        Interlocked.Increment(ref _remapped);
        interrupt = InterruptOf(entry, table.Mode);
        return InterruptVerdict.Remapped;
    }

    /// <inheritdoc/>
    public void ReportMalformed(Bdf source)
    {
        if (Volatile.Read(ref _table) is not null)
            Refuse(source, 0, FaultReason.UntranslatedInterruptInvalid, default);
    }

    /// <summary>What has been done so far.</summary>
    public InterruptStatistics CaptureStatistics() => new(
        Interlocked.Read(ref _remapped), Interlocked.Read(ref _refused), Interlocked.Read(ref _entryReads), Cache.Invalidations);

    private FaultReason Find(InterruptTable table, Bdf source, in RemappableMessage request, out InterruptEntry entry)
    {
        entry = default;
        if (request.HasReservedBits)
            return FaultReason.InterruptRequestReserved;
        if (request.Index >= table.Address.EntryCount)
            return FaultReason.InterruptIndexBeyondTable;
        if (Cache.TryFind(request.Index, out entry))
            return FaultReason.None;

        // Before anything is read from memory: what an invalidation overtakes from here on must not be cached.
        var generation = Cache.Generation;
        var reason = Read(table, source, request.Index, out entry);
        if (reason == FaultReason.None)
            Cache.Fill(request.Index, entry, generation);
        return reason;
    }

    private FaultReason Read(InterruptTable table, Bdf source, int index, out InterruptEntry entry)
    {
        entry = default;
        Interlocked.Increment(ref _entryReads);
        var place = InterruptEntry.AddressIn(table.Address.Table, index);
        var reader = new TableReader(memory, behind, source);
        if (!reader.TryReadEntry(place, TableKind.Interrupt, out var low) || !reader.TryReadEntry(place + sizeof(ulong), TableKind.Interrupt, out var high))
            return FaultReason.InterruptEntryUnreadable;
        entry = new InterruptEntry(low, high);
        if (!entry.IsPresent)
            return FaultReason.InterruptEntryNotPresent;
        return entry.HasReservedBits || (table.Mode == ApicMode.XApic && entry.HasReservedDestinationBits)
            ? FaultReason.InterruptEntryReserved
            : FaultReason.None;
    }

    private static CpuInterrupt InterruptOf(in InterruptEntry entry, ApicMode mode) => new()
    {
        Destination = mode == ApicMode.X2Apic ? entry.ExtendedDestination : entry.Destination,
        Mode = mode,
        DestinationMode = entry.DestinationMode,
        RedirectionHint = entry.RedirectionHint,
        Vector = entry.Vector,
        DeliveryMode = entry.DeliveryMode,
    };

    private InterruptVerdict Refuse(Bdf source, int index, FaultReason reason, in InterruptEntry entry)
    {
        Interlocked.Increment(ref _refused);
        if (!entry.DisablesFaultRecording || FaultSpec.Of(reason).Suppression != Suppressible.ByFpd)
            faults.Record(new FaultRecord { Source = source, InterruptIndex = index, Access = IommuAccess.Write, Reason = reason });
        return InterruptVerdict.Refused;
    }

    private InterruptTableAddress WithoutReserved(InterruptTableAddress written) => new()
    {
        Table = written.Table,
        EntryCount = written.EntryCount,
        ExtendedMode = written.ExtendedMode && options.ExtendedInterruptMode,
    };
}
