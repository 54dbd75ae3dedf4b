namespace DriverSdk.Contract.Addressing;

/// <summary>A virtual address of a process. Only that process's page tables can turn it into a <see cref="PhysAddr"/>.</summary>
/// <remarks>Unit: bytes. The default value is address zero. Linux: <c>void __user *</c>.</remarks>
/// <param name="Value">The address in bytes, 0 to 2^64-1.</param>
public readonly record struct UserAddr(ulong Value) : IAddress<UserAddr>
{
    /// <inheritdoc/>
    public static UserAddr FromValue(ulong value) => new(value);

    /// <summary>The address <paramref name="bytes"/> further up; throws <see cref="OverflowException"/> past 2^64-1.</summary>
    public static UserAddr operator +(UserAddr start, ulong bytes) => new(checked(start.Value + bytes));

    /// <summary>The distance in bytes; throws <see cref="OverflowException"/> when <paramref name="end"/> lies below <paramref name="start"/>.</summary>
    public static ulong operator -(UserAddr end, UserAddr start) => checked(end.Value - start.Value);

    /// <inheritdoc/>
    public static bool operator <(UserAddr left, UserAddr right) => left.Value < right.Value;

    /// <inheritdoc/>
    public static bool operator >(UserAddr left, UserAddr right) => left.Value > right.Value;

    /// <inheritdoc/>
    public static bool operator <=(UserAddr left, UserAddr right) => left.Value <= right.Value;

    /// <inheritdoc/>
    public static bool operator >=(UserAddr left, UserAddr right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(UserAddr other) => Value.CompareTo(other.Value);

    /// <summary>The address with the name of its space, such as <c>uva:0x1000</c>.</summary>
    public override string ToString() => $"uva:0x{Value:x}";
}
