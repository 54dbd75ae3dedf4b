using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Hardware.Iommu;

/// <summary>What became of a request.</summary>
/// <param name="Reason">Why it was refused, or <see cref="FaultReason.None"/>.</param>
/// <param name="Entry">The context entry, as far as there was one: its FPD bit decides about the fault's record.</param>
/// <param name="Page">Where the byte lies and how far that reaches; nothing when refused.</param>
/// <param name="Granted">What the tables allow there.</param>
internal readonly record struct TranslationOutcome(FaultReason Reason, ContextEntry Entry, TranslatedPage Page, IommuAccess Granted)
{
    // The interrupt range begins and ends on this granule, so no untranslated run reaches into it.
    private const ulong UntranslatedGranuleBytes = 1UL << 20;

    /// <summary>Whether it passes.</summary>
    public bool IsGranted => Reason == FaultReason.None;

    /// <summary>A refused request.</summary>
    public static TranslationOutcome Refused(FaultReason reason, in ContextEntry entry) => new(reason, entry, default, IommuAccess.None);

    /// <summary>A request that passes as it is.</summary>
    public static TranslationOutcome Untranslated(Iova address, in ContextEntry entry) =>
        new(FaultReason.None, entry, UntranslatedPage(address), IommuAccess.ReadWrite);

    /// <summary>What a request gets that passes as it is.</summary>
    public static TranslatedPage UntranslatedPage(Iova address) =>
        new(new PhysAddr(address.Value), UntranslatedGranuleBytes - (address.Value & (UntranslatedGranuleBytes - 1)));

    /// <summary>What a walk makes of it.</summary>
    public static TranslationOutcome Of(in WalkResult walk, Iova address, in ContextEntry entry) =>
        walk.Reason == FaultReason.None ? new(FaultReason.None, entry, TableTranslator.PageOf(walk, address), walk.Granted) : Refused(walk.Reason, entry);

    /// <summary>Where it led, for reports.</summary>
    public override string ToString() => IsGranted ? $"{Page.Address} {Granted}" : $"{Reason}";
}
