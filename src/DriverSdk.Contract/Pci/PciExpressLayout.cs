namespace DriverSdk.Contract.Pci;

/// <summary>The PCI Express capability, as far as this machine has it; offsets are from the capability's start.</summary>
/// <remarks>Source: Linux <c>pci_regs.h</c>, <c>PCI_EXP_FLAGS</c> to <c>PCI_EXP_LNKSTA</c>.</remarks>
public static class PciExpressLayout
{
    /// <summary>Capabilities register, 16 bits: version in bits 3:0, port type in bits 7:4.</summary>
    public const int Flags = 0x02;

    /// <summary>Device capabilities, 32 bits.</summary>
    public const int DeviceCapabilities = 0x04;

    /// <summary>Device control, 16 bits.</summary>
    public const int DeviceControl = 0x08;

    /// <summary>Device status, 16 bits.</summary>
    public const int DeviceStatus = 0x0a;

    /// <summary>Length of the version 2 capability, in bytes.</summary>
    public const int LengthBytes = 0x3c;

    /// <summary>The version in <see cref="Flags"/>.</summary>
    public const ushort Version = 2;

    /// <summary>Shift of the port type in <see cref="Flags"/>.</summary>
    public const int TypeShift = 4;

    /// <summary>Number of port types that <see cref="Flags"/> can hold.</summary>
    public const int TypeCount = 16;

    /// <summary>Port type: an endpoint.</summary>
    public const ushort TypeEndpoint = 0x0;

    /// <summary>Port type: a root port.</summary>
    public const ushort TypeRootPort = 0x4;

    /// <summary>Port type: a bridge from PCI Express to conventional PCI.</summary>
    public const ushort TypeExpressToPci = 0x7;

    /// <summary>Device capabilities: role-based error reporting, which every version 2 function has.</summary>
    public const uint RoleBasedErrors = 1U << 15;

    /// <summary>Device capabilities: the function can be reset on its own.</summary>
    public const uint FunctionLevelReset = 1U << 28;

    /// <summary>Device control: writing one resets the function; reads zero.</summary>
    public const ushort InitiateFunctionLevelReset = 1 << 15;

    /// <summary>Device control: the bits that software may set and that have no effect here (errors, ordering, sizes).</summary>
    public const ushort DeviceControlStored = 0x7fff;
}
