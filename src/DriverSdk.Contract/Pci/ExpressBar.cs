using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Pci;

/// <summary>The host bridge's register that places the configuration window (ECAM) of a q35 board in memory.</summary>
/// <remarks>The default value is a window that is off. Source: measured on QEMU 7.2: all bits can be written, and a length takes effect at once.</remarks>
/// <param name="Value">Bit 0 enable, 2:1 length (0: 256 MiB, 1: 128 MiB, 2: 64 MiB, 3: reserved), base above.</param>
public readonly record struct ExpressBar(ulong Value)
{
    /// <summary>Offset of the register, 64 bits wide, in the host bridge's configuration space.</summary>
    public const int Offset = 0x60;

    /// <summary>What the register holds after power-on: a base that firmware commonly keeps, and the window off.</summary>
    public static readonly ExpressBar AfterReset = new(0xb000_0000);

    private const ulong Enable = 1;
    private const int LengthShift = 1;
    private const ulong LengthMask = 3;
    private const ulong LongestBytes = 256UL << 20;
    private const ulong ReservedLength = 3;

    /// <summary>The value that turns a window on.</summary>
    /// <param name="window">64, 128 or 256 MiB, starting at a multiple of its length; empty for no window.</param>
    /// <exception cref="ArgumentException">The register cannot hold that window.</exception>
    public static ExpressBar For(AddressRange<PhysAddr> window)
    {
        if (window.IsEmpty)
            return AfterReset;
        for (var length = 0UL; length < ReservedLength; length++)
        {
            var bytes = LongestBytes >> (int)length;
            if (window.LengthBytes == bytes && window.Start.Value % bytes == 0)
                return new ExpressBar(window.Start.Value | (length << LengthShift) | Enable);
        }

        throw new ArgumentException($"The configuration window {window} cannot be programmed; give 64, 128 or 256 MiB that start at a multiple of their length.", nameof(window));
    }

    /// <summary>Where configuration space answers; empty while the window is off or its length is reserved.</summary>
    public AddressRange<PhysAddr> Window
    {
        get
        {
            var length = (Value >> LengthShift) & LengthMask;
            if ((Value & Enable) == 0 || length == ReservedLength)
                return default;
            var bytes = LongestBytes >> (int)length;
            return new AddressRange<PhysAddr>(new PhysAddr(Value & ~(bytes - 1)), bytes);
        }
    }
}
