using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Contract.RemappingTables;

/// <summary>An entry of the interrupt remapping table (IRTE): which interrupt a handle stands for, and who may use it. Source: facts/vtd.md 8.</summary>
/// <param name="Low">First quad word: P 0, FPD 1, DM 2, RH 3, TM 4, DLM 7:5, available to software 11:8, IM 15, V 23:16, DST 63:32.</param>
/// <param name="High">Second quad word: SID 15:0, SQ 17:16, SVT 19:18.</param>
internal readonly record struct InterruptEntry(ulong Low, ulong High)
{
    /// <summary>Bytes an entry takes in the table.</summary>
    public const int SizeBytes = 16;

    /// <summary>The handle stands for an interrupt (P).</summary>
    public bool IsPresent { get => Bits.Has(Low, 0); init => Low = value ? Bits.Set(Low, 0) : Bits.Clear(Low, 0); }

    /// <summary>Qualified faults of this handle are not recorded (FPD); counts even while the entry is not present.</summary>
    public bool DisablesFaultRecording { get => Bits.Has(Low, 1); init => Low = value ? Bits.Set(Low, 1) : Bits.Clear(Low, 1); }

    /// <summary>What the destination names (DM).</summary>
    public InterruptDestinationMode DestinationMode
    {
        get => (InterruptDestinationMode)Bits.Get(Low, 2, 1);
        init => Low = Bits.With(Low, 2, 1, (ulong)value);
    }

    /// <summary>Whether one CPU of a logical set is enough (RH).</summary>
    public bool RedirectionHint { get => Bits.Has(Low, 3); init => Low = value ? Bits.Set(Low, 3) : Bits.Clear(Low, 3); }

    /// <summary>Event or condition (TM).</summary>
    public InterruptTrigger Trigger { get => (InterruptTrigger)Bits.Get(Low, 4, 1); init => Low = Bits.With(Low, 4, 1, (ulong)value); }

    /// <summary>How the CPU takes it (DLM).</summary>
    public InterruptDeliveryMode DeliveryMode { get => (InterruptDeliveryMode)Bits.Get(Low, 5, 3); init => Low = Bits.With(Low, 5, 3, (ulong)value); }

    /// <summary>The entry posts the interrupt in memory instead of sending it (IM); its other fields then mean something else. Needs CAP.PI.</summary>
    public bool IsPosted { get => Bits.Has(Low, 15); init => Low = value ? Bits.Set(Low, 15) : Bits.Clear(Low, 15); }

    /// <summary>The vector (V).</summary>
    public byte Vector { get => (byte)Bits.Get(Low, 16, 8); init => Low = Bits.With(Low, 16, 8, value); }

    /// <summary>The destination as an x2APIC id, or set of a cluster (DST); meaningful where IRTA says EIME.</summary>
    public uint ExtendedDestination { get => (uint)Bits.Get(Low, 32, 32); init => Low = Bits.With(Low, 32, 32, value); }

    /// <summary>The destination as an xAPIC id, or set: bits 15:8 of DST; meaningful without EIME.</summary>
    public byte Destination { get => (byte)Bits.Get(Low, 40, 8); init => Low = Bits.With(Low, 32, 32, (ulong)value << 8); }

    /// <summary>The requester that may use the handle (SID), or with <see cref="SourceValidation.BusRange"/> two bus numbers.</summary>
    public Bdf Source { get => new((ushort)Bits.Get(High, 0, 16)); init => High = Bits.With(High, 0, 16, value.Value); }

    /// <summary>Which bits of the requester's function number do not matter (SQ).</summary>
    public SourceQualifier Qualifier { get => (SourceQualifier)Bits.Get(High, 16, 2); init => High = Bits.With(High, 16, 2, (ulong)value); }

    /// <summary>How the requester is checked (SVT).</summary>
    public SourceValidation Validation { get => (SourceValidation)Bits.Get(High, 18, 2); init => High = Bits.With(High, 18, 2, (ulong)value); }

    /// <summary>Whether the requester may use the handle.</summary>
    public bool Admits(Bdf requester) => Validation switch
    {
        SourceValidation.None => true,
        SourceValidation.Requester => ((requester.Value ^ Source.Value) & ~IgnoredFunctionBits) == 0,
        SourceValidation.BusRange => requester.Bus >= FirstBus && requester.Bus <= LastBus,
        _ => false,
    };

    /// <summary>Whether a reserved bit or encoding is used on a unit without posted interrupts; SVT 3 is such an encoding (facts/vtd.md 8).</summary>
    public bool HasReservedBits =>
        (Low & (Bits.Mask(12, 4) | Bits.Mask(24, 8))) != 0 || (High & Bits.Mask(20, 44)) != 0 || Validation == SourceValidation.Reserved;

    /// <summary>Whether DST has bits that no xAPIC id has: they are reserved where IRTA does not say EIME.</summary>
    public bool HasReservedDestinationBits => (Low & (Bits.Mask(32, 8) | Bits.Mask(48, 16))) != 0;

    private int FirstBus => Source.Value >> 8;

    private int LastBus => Source.Value & 0xff;

    private int IgnoredFunctionBits => Qualifier switch
    {
        SourceQualifier.IgnoreHighBit => 0b100,
        SourceQualifier.IgnoreTwoHighBits => 0b110,
        SourceQualifier.IgnoreAll => 0b111,
        _ => 0,
    };

    /// <summary>Where the entry at <paramref name="index"/> lies.</summary>
    public static PhysAddr AddressIn(PhysAddr table, int index) => table + ((ulong)index * SizeBytes);
}
