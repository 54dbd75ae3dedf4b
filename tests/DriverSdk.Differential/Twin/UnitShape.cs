namespace DriverSdk.Differential.Twin;

/// <summary>What both units under comparison offer, as plain numbers.</summary>
/// <param name="AddressBits">Width of addresses it translates: 39 or 48.</param>
/// <param name="HostBits">Width of physical addresses.</param>
/// <param name="RamBytes">RAM from zero on; below 2 GiB, so without a hole.</param>
internal sealed record UnitShape(int AddressBits, int HostBits, ulong RamBytes)
{
    /// <summary>Whether a word of memory is there.</summary>
    public bool IsRam(ulong place) => place < RamBytes;
}
