namespace DriverSdk.Kernel.Scheduling;

/// <summary>The deterministic scheduler's dice: SplitMix64, of our own because a seed printed today must give the same schedule on every runtime.</summary>
internal struct SeededGenerator(int seed)
{
    private ulong _state = (ulong)(uint)seed;

    /// <summary>A number from 0 to <paramref name="count"/>-1.</summary>
    public int Below(int count)
    {
        _state += 0x9e37_79b9_7f4a_7c15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58_476d_1ce4_e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11eb;
        mixed ^= mixed >> 31;
        return (int)((UInt128)mixed * (uint)count >> 64);
    }
}
