using System.Numerics;

namespace DriverSdk.Contract.Addressing;

/// <summary>What every address type offers: a byte value, an order, and no arithmetic across address spaces.</summary>
/// <typeparam name="TSelf">The address type itself.</typeparam>
public interface IAddress<TSelf> : IEquatable<TSelf>, IComparable<TSelf>, IComparisonOperators<TSelf, TSelf, bool>
    where TSelf : struct, IAddress<TSelf>
{
    /// <summary>The address in bytes, 0 to 2^64-1.</summary>
    ulong Value { get; }

    /// <summary>Makes an address of this space from its byte value.</summary>
    static abstract TSelf FromValue(ulong value);
}
