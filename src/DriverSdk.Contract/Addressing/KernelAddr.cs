namespace DriverSdk.Contract.Addressing;

/// <summary>A kernel virtual address. Only the kernel's page tables (or the direct map) can turn it into a <see cref="PhysAddr"/>.</summary>
/// <remarks>Unit: bytes. The default value is address zero, which is never mapped: it is the kernel's <c>NULL</c>. Linux: <c>void *</c>.</remarks>
/// <param name="Value">The address in bytes, 0 to 2^64-1.</param>
public readonly record struct KernelAddr(ulong Value) : IAddress<KernelAddr>
{
    /// <inheritdoc/>
    public static KernelAddr FromValue(ulong value) => new(value);

    /// <summary>The address <paramref name="bytes"/> further up; throws <see cref="OverflowException"/> past 2^64-1.</summary>
    public static KernelAddr operator +(KernelAddr start, ulong bytes) => new(checked(start.Value + bytes));

    /// <summary>The distance in bytes; throws <see cref="OverflowException"/> when <paramref name="end"/> lies below <paramref name="start"/>.</summary>
    public static ulong operator -(KernelAddr end, KernelAddr start) => checked(end.Value - start.Value);

    /// <inheritdoc/>
    public static bool operator <(KernelAddr left, KernelAddr right) => left.Value < right.Value;

    /// <inheritdoc/>
    public static bool operator >(KernelAddr left, KernelAddr right) => left.Value > right.Value;

    /// <inheritdoc/>
    public static bool operator <=(KernelAddr left, KernelAddr right) => left.Value <= right.Value;

    /// <inheritdoc/>
    public static bool operator >=(KernelAddr left, KernelAddr right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(KernelAddr other) => Value.CompareTo(other.Value);

    /// <summary>The address with the name of its space, such as <c>kva:0x1000</c>.</summary>
    public override string ToString() => $"kva:0x{Value:x}";
}
