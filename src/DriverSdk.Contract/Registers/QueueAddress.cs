using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Contract.Registers;

/// <summary>IQA: where the invalidation queue lies and how long it is; to be changed only while QIE is off. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct QueueAddress(ulong Value)
{
    /// <summary>The queue takes 2^n pages, 0 to 7 (QS).</summary>
    public int SizeOrder { get => (int)Bits.Get(Value, 0, 3); init => Value = Bits.With(Value, 0, 3, (ulong)value); }

    /// <summary>Descriptors are 256 bits wide, which only scalable mode knows (DW).</summary>
    public bool WideDescriptors { get => Bits.Has(Value, 11); init => Value = value ? Bits.Set(Value, 11) : Bits.Clear(Value, 11); }

    /// <summary>The queue's first descriptor, 4 KiB aligned.</summary>
    public PhysAddr Queue { get => new(Bits.Get(Value, 12, 52) << 12); init => Value = Bits.With(Value, 12, 52, value.Value >> 12); }

    /// <summary>Descriptors of 128 bits that fit.</summary>
    public int DescriptorCount => (PageSizeBytes << SizeOrder) / InvalidationDescriptor.SizeBytes;

    private const int PageSizeBytes = PageSize.CpuBytes;
}
