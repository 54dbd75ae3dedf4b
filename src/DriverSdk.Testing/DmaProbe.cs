using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Testing;

/// <summary>A device that a test holds in its hand: it makes the DMA access it is told to, at once, and says how it ended.</summary>
/// <remarks>It has no registers; a driver binds to <see cref="VendorId"/> and <see cref="DeviceId"/> to own its mappings. Any thread may call.</remarks>
public sealed class DmaProbe : PciEndpoint
{
    /// <summary>The probe's vendor id.</summary>
    public const ushort VendorId = 0x1d5d;

    /// <summary>The probe's device id.</summary>
    public const ushort DeviceId = 0x00fe;

    /// <summary>Makes a probe, to be attached to a machine.</summary>
    public DmaProbe()
        : base(new PciIdentity(VendorId, DeviceId, PciClassCode.Unassigned))
    {
        AddMsi();
    }

    /// <summary>Reads memory as a device does.</summary>
    /// <param name="start">First byte, as the device sees it.</param>
    /// <param name="destination">Receives the bytes; after a refusal it holds those before it.</param>
    public DmaStatus Reads(Iova start, Span<byte> destination) => Dma.Read(start, destination);

    /// <summary>Writes memory as a device does.</summary>
    /// <param name="start">First byte, as the device sees it.</param>
    /// <param name="source">The bytes.</param>
    public DmaStatus Writes(Iova start, ReadOnlySpan<byte> source) => Dma.Write(start, source);

    /// <summary>Sends its interrupt.</summary>
    public void Interrupts() => SendInterrupt();

    /// <inheritdoc/>
    protected override void Reset()
    {
    }
}
