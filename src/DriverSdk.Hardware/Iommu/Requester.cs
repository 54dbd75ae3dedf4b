using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriverSdk.Contract.Faults;

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
    [StructLayout(LayoutKind.Explicit, Size = 352)]
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

        /// <summary>Hits of 2 MiB translations.</summary>
        [FieldOffset(168)]
        public long Hits2M;

        /// <summary>Hits of 1 GiB translations.</summary>
        [FieldOffset(176)]
        public long Hits1G;

        /// <summary>Walks that found a 2 MiB page.</summary>
        [FieldOffset(184)]
        public long Walks2M;

        /// <summary>Walks that found a 1 GiB page.</summary>
        [FieldOffset(192)]
        public long Walks1G;

        /// <summary>Walks that were refused.</summary>
        [FieldOffset(200)]
        public long RefusedWalks;

        /// <summary>Cached contexts used by requests that missed the IOTLB; those that hit it used one too.</summary>
        [FieldOffset(208)]
        public long ContextHitsOnMiss;

        /// <summary>Hits whose context had to be read from memory first.</summary>
        [FieldOffset(216)]
        public long HitsWithFreshContext;

        /// <summary>The counters as look-ups of caches.</summary>
        public UnitCacheStatistics ToCacheStatistics() => new()
        {
            Context = Lookups(Hits - HitsWithFreshContext + ContextHitsOnMiss, ContextReads),
            Pages4K = Lookups(Hits - Hits2M - Hits1G, Walks - Walks2M - Walks1G - RefusedWalks),
            Pages2M = Lookups(Hits2M, Walks2M),
            Pages1G = Lookups(Hits1G, Walks1G),
            Refusals = Lookups(0, RefusedWalks),
        };

        /// <summary>Counts a walk by how it ended; the usual end, a 4 KiB page, is what remains of <see cref="Walks"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void CountWalk(in WalkResult walk)
        {
            Walks++;
            if (walk.Level > 0 || walk.Reason != FaultReason.None)
                CountUnusualWalk(walk);
        }

        private void CountUnusualWalk(in WalkResult walk)
        {
            if (walk.Reason != FaultReason.None)
                RefusedWalks++;
            else if (walk.Level == 1)
                Walks2M++;
            else
                Walks1G++;
        }

        private static CacheStatistics Lookups(long hits, long misses) => new(hits, misses, 0, 0, 0);
    }
}
