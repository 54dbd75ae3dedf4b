using System.Numerics;

namespace DriverSdk.Hardware.Iommu;

/// <summary>How many entries a cache holds, and in how many places one of them may lie.</summary>
/// <param name="Sets">Sets: zero for no cache, or a power of two up to 16384.</param>
/// <param name="Ways">Entries in each set: 1 to 65536, at most 2^20 in all sets together; zero without sets.</param>
public readonly record struct CacheGeometry(int Sets, int Ways)
{
    private const int MaxSets = 16384;
    private const int MaxWays = 65536;
    private const long MaxEntries = 1 << 20;

    /// <summary>No cache.</summary>
    public static CacheGeometry None => default;

    /// <summary>A cache that never has to make room.</summary>
    public static CacheGeometry Unbounded => new(1, int.MaxValue);

    /// <summary>Whether nothing can be cached.</summary>
    public bool IsNone => Sets == 0;

    /// <summary>Whether no entry ever makes room for another.</summary>
    public bool IsUnbounded => Ways == int.MaxValue;

    /// <summary>A cache in which an entry may lie anywhere.</summary>
    /// <param name="entries">Its capacity; zero for no cache.</param>
    public static CacheGeometry OfEntries(int entries) => entries == 0 ? None : new CacheGeometry(1, entries);

    /// <summary>Refuses what no cache can be.</summary>
    /// <param name="name">The option, for the message.</param>
    /// <exception cref="ArgumentException">Sets or ways are out of range.</exception>
    internal void Check(string name)
    {
        var isPossible = this == None || this == Unbounded
            || (Sets is > 0 and <= MaxSets && BitOperations.IsPow2(Sets) && Ways is > 0 and <= MaxWays && (long)Sets * Ways <= MaxEntries);
        if (!isPossible)
            throw new ArgumentException($"A remapping unit cannot be made: {name} has {Sets} sets of {Ways} ways; "
                + $"use CacheGeometry.None, CacheGeometry.Unbounded, or a power of two up to {MaxSets} of sets with 1 to {MaxWays} ways, at most {MaxEntries} entries in all.");
    }
}
