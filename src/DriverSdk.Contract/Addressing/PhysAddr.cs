namespace DriverSdk.Contract.Addressing;

/// <summary>An address in the machine's physical address space, as the memory controller sees it.</summary>
/// <remarks>Unit: bytes. The default value is address zero, the first byte of RAM. Linux: <c>phys_addr_t</c>.</remarks>
/// <param name="Value">The address in bytes, 0 to 2^64-1.</param>
public readonly record struct PhysAddr(ulong Value) : IAddress<PhysAddr>
{
    /// <inheritdoc/>
    public static PhysAddr FromValue(ulong value) => new(value);

    /// <summary>The address <paramref name="bytes"/> further up; throws <see cref="OverflowException"/> past 2^64-1.</summary>
    public static PhysAddr operator +(PhysAddr start, ulong bytes) => new(checked(start.Value + bytes));

    /// <summary>The distance in bytes; throws <see cref="OverflowException"/> when <paramref name="end"/> lies below <paramref name="start"/>.</summary>
    public static ulong operator -(PhysAddr end, PhysAddr start) => checked(end.Value - start.Value);

    /// <inheritdoc/>
    public static bool operator <(PhysAddr left, PhysAddr right) => left.Value < right.Value;

    /// <inheritdoc/>
    public static bool operator >(PhysAddr left, PhysAddr right) => left.Value > right.Value;

    /// <inheritdoc/>
    public static bool operator <=(PhysAddr left, PhysAddr right) => left.Value <= right.Value;

    /// <inheritdoc/>
    public static bool operator >=(PhysAddr left, PhysAddr right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(PhysAddr other) => Value.CompareTo(other.Value);

    /// <summary>The address with the name of its space, such as <c>phys:0x1000</c>.</summary>
    public override string ToString() => $"phys:0x{Value:x}";
}
