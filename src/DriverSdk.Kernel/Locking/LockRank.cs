using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>A lock's place in the order of taking: a ranked lock is taken only while every ranked lock already held has a smaller order.</summary>
/// <remarks>The default value is unranked: such a lock takes no part in the check. The order stands in <see cref="LockRanks"/>.</remarks>
/// <param name="Name">The rank's name in messages.</param>
/// <param name="Order">1 or more; outer locks have smaller numbers.</param>
[AnyContext]
public readonly record struct LockRank(string Name, int Order)
{
    /// <summary>Whether it takes part in the check.</summary>
    public bool IsRanked => Order != 0;

    /// <summary>Name and order, such as <c>DeviceQueue (30)</c>.</summary>
    public override string ToString() => IsRanked ? $"{Name} ({Order})" : "unranked";
}
