namespace DriverSdk.Contract.Addressing;

/// <summary>A page frame number: a physical address divided by the CPU page size of 4 KiB.</summary>
/// <remarks>The default value is frame zero. Linux: <c>unsigned long pfn</c>.</remarks>
/// <param name="Value">The frame's number; frame n starts at byte n * 4096.</param>
public readonly record struct Pfn(ulong Value) : IComparable<Pfn>
{
    /// <summary>The frame that holds <paramref name="address"/>.</summary>
    public static Pfn Containing(PhysAddr address) => new(address.Value >> PageSize.CpuShift);

    /// <summary>The frame's first byte.</summary>
    public PhysAddr Start => new(checked(Value * PageSize.CpuBytes));

    /// <summary>The frame <paramref name="pages"/> further up.</summary>
    public static Pfn operator +(Pfn start, ulong pages) => new(checked(start.Value + pages));

    /// <summary>The distance in pages.</summary>
    public static ulong operator -(Pfn end, Pfn start) => checked(end.Value - start.Value);

    /// <summary>Whether <paramref name="left"/> lies below <paramref name="right"/>.</summary>
    public static bool operator <(Pfn left, Pfn right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> lies above <paramref name="right"/>.</summary>
    public static bool operator >(Pfn left, Pfn right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is <paramref name="right"/> or lies below.</summary>
    public static bool operator <=(Pfn left, Pfn right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is <paramref name="right"/> or lies above.</summary>
    public static bool operator >=(Pfn left, Pfn right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Pfn other) => Value.CompareTo(other.Value);

    /// <summary>The frame as <c>pfn:0x12</c>.</summary>
    public override string ToString() => $"pfn:0x{Value:x}";
}
