namespace DriverSdk.Contract.Addressing;

/// <summary>An address as a device sees it. Only an IOMMU can turn it into a <see cref="PhysAddr"/>.</summary>
/// <remarks>Unit: bytes. The default value is address zero, which is a valid IOVA; absence is <c>Iova?</c>. Linux: <c>dma_addr_t</c>.</remarks>
/// <param name="Value">The address in bytes, 0 to 2^64-1.</param>
public readonly record struct Iova(ulong Value) : IAddress<Iova>
{
    /// <inheritdoc/>
    public static Iova FromValue(ulong value) => new(value);

    /// <summary>The address <paramref name="bytes"/> further up; throws <see cref="OverflowException"/> past 2^64-1.</summary>
    public static Iova operator +(Iova start, ulong bytes) => new(checked(start.Value + bytes));

    /// <summary>The distance in bytes; throws <see cref="OverflowException"/> when <paramref name="end"/> lies below <paramref name="start"/>.</summary>
    public static ulong operator -(Iova end, Iova start) => checked(end.Value - start.Value);

    /// <inheritdoc/>
    public static bool operator <(Iova left, Iova right) => left.Value < right.Value;

    /// <inheritdoc/>
    public static bool operator >(Iova left, Iova right) => left.Value > right.Value;

    /// <inheritdoc/>
    public static bool operator <=(Iova left, Iova right) => left.Value <= right.Value;

    /// <inheritdoc/>
    public static bool operator >=(Iova left, Iova right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Iova other) => Value.CompareTo(other.Value);

    /// <summary>The address with the name of its space, such as <c>iova:0x1000</c>.</summary>
    public override string ToString() => $"iova:0x{Value:x}";
}
