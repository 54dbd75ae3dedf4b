using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Pci;

/// <summary>One row of a driver's id table: which functions it drives. Linux: <c>struct pci_device_id</c>.</summary>
/// <remarks>The default value matches every function.</remarks>
[AnyContext]
public readonly record struct PciId
{
    private readonly uint _ignoredClassBits;

    private PciId(ushort? vendorId, ushort? deviceId, uint? classCode = null, uint classMask = uint.MaxValue)
    {
        VendorId = vendorId;
        DeviceId = deviceId;
        ClassCode = classCode & classMask;
        _ignoredClassBits = ~classMask;
    }

    /// <summary>Vendor id, or null for any.</summary>
    public ushort? VendorId { get; }

    /// <summary>Device id, or null for any.</summary>
    public ushort? DeviceId { get; }

    /// <summary>Class, subclass and programming interface in bits 23:0, or null for any.</summary>
    public uint? ClassCode { get; }

    /// <summary>Matches every device of a vendor. Linux: <c>PCI_VDEVICE()</c> with <c>PCI_ANY_ID</c>.</summary>
    public static PciId Vendor(ushort vendorId) => new(vendorId, null);

    /// <summary>Matches one vendor's device. Linux: <c>PCI_DEVICE()</c>.</summary>
    public static PciId Device(ushort vendorId, ushort deviceId) => new(vendorId, deviceId);

    /// <summary>Matches a class whoever made it. Linux: <c>PCI_DEVICE_CLASS()</c>.</summary>
    /// <param name="classCode">Class in bits 23:16, subclass in 15:8, programming interface in 7:0.</param>
    public static PciId Class(uint classCode) => new(null, null, classCode);

    /// <summary>Matches some bits of the class whoever made it. Linux: <c>PCI_DEVICE_CLASS()</c> with its mask.</summary>
    /// <param name="classCode">Class in bits 23:16, subclass in 15:8, programming interface in 7:0.</param>
    /// <param name="classMask">The bits that must agree, such as 0xffff00 for every programming interface.</param>
    public static PciId Class(uint classCode, uint classMask) => new(null, null, classCode, classMask);

    internal bool Matches(PciDevice device) =>
        (VendorId is not { } vendor || vendor == device.VendorId)
        && (DeviceId is not { } id || id == device.DeviceId)
        && (ClassCode is not { } code || code == (device.ClassCode & ~_ignoredClassBits));
}
