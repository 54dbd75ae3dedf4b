using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Qtest.Iommu;

/// <summary>One entry of an interrupt table, as facts/vtd.md 8 lays it out.</summary>
public readonly record struct RemappedInterrupt
{
    /// <summary>Bytes of an entry.</summary>
    public const int SizeBytes = 16;

    /// <summary>The low quad word.</summary>
    public ulong Low { get; init; }

    /// <summary>The high quad word.</summary>
    public ulong High { get; init; }

    /// <summary>A present entry that any function may use: fixed, edge, to one controller by its id.</summary>
    public static RemappedInterrupt To(byte apicId, byte vector)
    {
        var low = Bits.With(1, 16, 8, vector);
        return new RemappedInterrupt { Low = Bits.With(low, 40, 8, apicId) };
    }

    /// <summary>This entry with another delivery mode.</summary>
    public RemappedInterrupt By(InterruptDeliveryMode mode) => this with { Low = Bits.With(Low, 5, 3, (ulong)mode) };

    /// <summary>This entry with another trigger mode.</summary>
    public RemappedInterrupt By(InterruptTrigger trigger) => this with { Low = Bits.With(Low, 4, 1, (ulong)trigger) };

    /// <summary>This entry with another reading of its destination.</summary>
    public RemappedInterrupt By(InterruptDestinationMode mode) => this with { Low = Bits.With(Low, 2, 1, (ulong)mode) };

    /// <summary>This entry, only for one source id.</summary>
    /// <param name="source">Who may use it.</param>
    /// <param name="qualifier">0 compares all bits, 1 ignores function bit 2, 2 bits 2:1, 3 bits 2:0.</param>
    public RemappedInterrupt OnlyFor(Bdf source, int qualifier = 0) =>
        this with { High = Bits.With(Bits.With(Bits.With(High, 0, 16, source.Value), 16, 2, (ulong)qualifier), 18, 2, 1) };

    /// <summary>This entry, only for a range of buses.</summary>
    public RemappedInterrupt OnlyForBuses(byte first, byte last) =>
        this with { High = Bits.With(Bits.With(High, 0, 16, (ulong)((first << 8) | last)), 18, 2, 2) };
}
