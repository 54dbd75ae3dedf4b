using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>A context entry as the unit keeps it after all its checks: an immutable snapshot, so that a requester needs no lock to use it.</summary>
internal sealed class CachedContext
{
    /// <summary>Makes the snapshot of a checked entry.</summary>
    /// <param name="entry">The entry, without a fault in it.</param>
    /// <param name="domain">Its domain, cut to the unit's number of ids.</param>
    /// <param name="addressWidth">Bits of address it accepts.</param>
    public CachedContext(in ContextEntry entry, DomainId domain, int addressWidth)
    {
        Entry = entry;
        PassesThrough = entry.Type == TranslationType.PassThrough;
        Domain = domain;
        DomainTag = IotlbBank.TagOf(domain);
        LastAddress = (1UL << addressWidth) - 1;
        Start = new WalkStart(entry.SecondStageTable, entry.Levels - 1, IommuAccess.ReadWrite);
    }

    /// <summary>The entry itself.</summary>
    public ContextEntry Entry { get; }

    /// <summary>Whether requests go through it untranslated.</summary>
    public bool PassesThrough { get; }

    /// <summary>The domain whose translations it uses.</summary>
    public DomainId Domain { get; }

    /// <summary>The upper part of the domain's IOTLB tags.</summary>
    public ulong DomainTag { get; }

    /// <summary>The last address it accepts.</summary>
    public ulong LastAddress { get; }

    /// <summary>Where walks begin when nothing is known: the top second-stage table.</summary>
    public WalkStart Start { get; }
}
