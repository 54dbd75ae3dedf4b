using DriverSdk.Contract.Pci;

namespace DriverSdk.Hardware.Pci;

/// <summary>Who a function says it is: the read-only ids in its configuration space, by which a driver is found.</summary>
/// <param name="VendorId">Vendor id; 0xffff is not allowed, because it means that nobody answers.</param>
/// <param name="DeviceId">Device id, chosen by the vendor.</param>
/// <param name="ClassCode">What kind of function it is.</param>
public sealed record PciIdentity(ushort VendorId, ushort DeviceId, PciClassCode ClassCode)
{
    /// <summary>Revision id.</summary>
    public byte Revision { get; init; }

    /// <summary>Subsystem vendor id.</summary>
    public ushort SubsystemVendorId { get; init; }

    /// <summary>Subsystem id, chosen by the subsystem vendor.</summary>
    public ushort SubsystemId { get; init; }

    /// <summary>The ids as lspci prints them, such as <c>1b36:0010 (class 01.08.02, rev 00)</c>.</summary>
    public override string ToString() => $"{VendorId:x4}:{DeviceId:x4} (class {ClassCode}, rev {Revision:x2})";
}
