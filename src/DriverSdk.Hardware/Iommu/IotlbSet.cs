using System.Runtime.InteropServices;

namespace DriverSdk.Hardware.Iommu;

/// <summary>One cache line of an IOTLB bank: a sequence, and three translations as tag and data.</summary>
/// <remarks>
/// The sequence is odd while a way is being replaced. A reader takes sequence, tag, data, sequence in this order; if the two sequences differ or are odd, it saw
/// parts of two translations and calls it a miss. Emptying a tag is one atomic store and changes no data, so it needs no new sequence.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = SizeBytes)]
internal struct IotlbSet
{
    /// <summary>A host cache line.</summary>
    public const int SizeBytes = 64;

    /// <summary>Translations in a set.</summary>
    public const int Ways = 3;

    /// <summary>Odd while a way is being replaced; 64 bits, so it never comes round.</summary>
    public ulong Sequence;

    /// <summary>The way to replace next when none is empty; used under the fill gate only.</summary>
    public ulong Victim;

    /// <summary>The ways.</summary>
    public WayArray All;

    /// <summary>One translation.</summary>
    public struct Way
    {
        /// <summary>Domain and frame, or zero when empty.</summary>
        public ulong Tag;

        /// <summary>The page's physical address, and the access granted in bits 1:0.</summary>
        public ulong Data;
    }

    /// <summary>The ways of one set.</summary>
    [System.Runtime.CompilerServices.InlineArray(Ways)]
    public struct WayArray
    {
        private Way _first;
    }
}
