namespace DriverSdk.Differential.Rigs;

/// <summary>Where things lie in every machine's memory: above the first MiB, which a PC uses in ways of its own, and inside the smallest RAM.</summary>
internal static class MemoryMap
{
    public const ulong RamBytes = 128UL << 20;
    public const ulong Root = 0x10_0000;
    public const ulong Contexts = 0x10_1000;
    public const ulong Queue = 0x10_2000;
    public const ulong Status = 0x10_3000;
    public const ulong Tables = 0x20_0000;
    public const ulong Data = 0x200_0000;

    /// <summary>Devices 00:03.0 and 00:04.0, which every machine has.</summary>
    public static IReadOnlyList<int> DevFns { get; } = [3 << 3, 4 << 3];
}
