using System.Numerics;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The 256 latched interrupt requests of one local APIC (its IRR). Any thread sets; the CPU's own thread takes.</summary>
internal sealed class PendingVectors
{
    private readonly ulong[] _words = new ulong[4];

    public bool Any => (Volatile.Read(ref _words[0]) | Volatile.Read(ref _words[1]) | Volatile.Read(ref _words[2]) | Volatile.Read(ref _words[3])) != 0;

    public void Set(byte vector) => Interlocked.Or(ref _words[vector >> 6], 1UL << (vector & 63));

    /// <summary>Takes the highest vector: a greater number is a greater priority, as in the local APIC.</summary>
    public bool TryTakeHighest(out byte vector)
    {
        for (var word = _words.Length - 1; word >= 0; word--)
        {
            var bits = Volatile.Read(ref _words[word]);
            if (bits == 0)
                continue;
            var bit = BitOperations.Log2(bits);
            Interlocked.And(ref _words[word], ~(1UL << bit));
            vector = (byte)((word << 6) | bit);
            return true;
        }

        vector = 0;
        return false;
    }
}
