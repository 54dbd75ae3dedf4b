using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>How many address bits a device drives. Linux: <c>DMA_BIT_MASK(n)</c>.</summary>
/// <remarks>The default value means 32 bits, which every device has until its driver says more.</remarks>
[AnyContext]
public readonly record struct DmaMask
{
    private const int DefaultBits = 32;

    // Kept as a distance from the default, so that a struct nobody initialised is still a mask.
    private readonly int _beyondDefault;

    private DmaMask(int bits) => _beyondDefault = bits - DefaultBits;

    /// <summary>Number of address bits, 13 to 64.</summary>
    public int BitCount => DefaultBits + _beyondDefault;

    /// <summary>The highest address the device can reach.</summary>
    public Iova Last => new(ulong.MaxValue >> (64 - BitCount));

    /// <summary>The mask of a device that drives <paramref name="bitCount"/> address bits.</summary>
    /// <param name="bitCount">13 to 64: fewer would not reach past IOVA page zero, which is never used.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count lies outside that range.</exception>
    public static DmaMask Bits(int bitCount) => bitCount is >= 13 and <= 64
        ? new DmaMask(bitCount)
        : throw new ArgumentOutOfRangeException(nameof(bitCount), bitCount, $"A DMA mask of {bitCount} bits was asked for; give 13 to 64.");

    /// <summary>The mask as <c>64-bit</c>.</summary>
    public override string ToString() => $"{BitCount}-bit";
}
