namespace DriverSdk.Contract.Pci;

/// <summary>The access control services (ACS) extended capability: whether a port sends every request upwards, so that devices below cannot reach each other unseen.</summary>
/// <remarks>Offsets are from the capability's start. Source: Linux <c>pci_regs.h</c>, <c>PCI_ACS_CAP</c>, <c>PCI_ACS_CTRL</c>.</remarks>
public static class PciAccessControlLayout
{
    /// <summary>The extended capability's id.</summary>
    public const ushort ExtendedId = 0x000d;

    /// <summary>What it offers, 16 bits.</summary>
    public const int Capability = 0x04;

    /// <summary>What is switched on, 16 bits.</summary>
    public const int Control = 0x06;

    /// <summary>Source validation, request redirection, completion redirection and upstream forwarding: together they isolate.</summary>
    public const ushort Isolation = 0x001d;

    /// <summary>Shift of the next extended capability's offset in the dword that each begins with; bits 15:0 are its id.</summary>
    public const int NextShift = 20;

    /// <summary>Where extended capabilities begin in configuration space.</summary>
    public const int FirstExtended = 0x100;
}
