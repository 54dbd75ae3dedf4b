namespace DriverSdk.Contract.Pci;

/// <summary>What kind of function this is: base class, subclass and programming interface.</summary>
/// <remarks>The default value is class 00.00.00, a device older than class codes.</remarks>
/// <param name="BaseClass">Base class, such as 1 for storage.</param>
/// <param name="Subclass">Subclass, such as 8 for non-volatile memory.</param>
/// <param name="Interface">Programming interface, such as 2 for NVM Express.</param>
public readonly record struct PciClassCode(byte BaseClass, byte Subclass, byte Interface)
{
    /// <summary>NVM Express controller: 01.08.02.</summary>
    public static PciClassCode NvmExpress => new(1, 8, 2);

    /// <summary>Ethernet controller: 02.00.00.</summary>
    public static PciClassCode Ethernet => new(2, 0, 0);

    /// <summary>Host bridge: 06.00.00.</summary>
    public static PciClassCode HostBridge => new(6, 0, 0);

    /// <summary>PCI-to-PCI bridge: 06.04.00.</summary>
    public static PciClassCode PciBridge => new(6, 4, 0);

    /// <summary>A device that fits no class: ff.00.00.</summary>
    public static PciClassCode Unassigned => new(0xff, 0, 0);

    /// <summary>The 24-bit value that stands in configuration space.</summary>
    public uint Value => (uint)((BaseClass << 16) | (Subclass << 8) | Interface);

    /// <summary>The three parts in hexadecimal, such as <c>01.08.02</c>.</summary>
    public override string ToString() => $"{BaseClass:x2}.{Subclass:x2}.{Interface:x2}";
}
