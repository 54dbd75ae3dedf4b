using System.Runtime.InteropServices;

namespace DriverSdk.Hardware.Iommu;

/// <summary>What the unit keeps for one source-id: its cached context entry, and its counters.</summary>
/// <remarks>
/// The counters are plain additions on cache lines that only this requester's thread writes. A requester translates on one thread at a time, as
/// its DMA port sees to; should it not, counts may be lost, translations not.
/// </remarks>
internal sealed class Requester
{
    /// <summary>The cached entry, or null; written under the fill gate.</summary>
    private CachedContext? _context;

    /// <summary>The counters.</summary>
    public PaddedCounters Counters;

    /// <summary>The cached context entry, if any.</summary>
    public CachedContext? Context
    {
        get => Volatile.Read(ref _context);
        set => Volatile.Write(ref _context, value);
    }

    /// <summary>Counters away from anything that another thread writes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct PaddedCounters
    {
        /// <summary>Translations found in the IOTLB.</summary>
        [FieldOffset(128)]
        public long Hits;

        /// <summary>Table walks.</summary>
        [FieldOffset(136)]
        public long Walks;

        /// <summary>Requests that a pass-through context let go untranslated.</summary>
        [FieldOffset(144)]
        public long PassedThrough;

        /// <summary>Refused requests, recorded or not.</summary>
        [FieldOffset(152)]
        public long Faults;

        /// <summary>Context entries read from memory.</summary>
        [FieldOffset(160)]
        public long ContextReads;
    }
}
