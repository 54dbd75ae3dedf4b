using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Boot;

/// <summary>What firmware tells the kernel about the board: where the fixed devices and windows lie.</summary>
/// <remarks>The addresses are those of a q35 board. All lengths are in bytes.</remarks>
public sealed record BootInformation
{
    /// <summary>Number of CPUs, 1 to 64; a CPU's local APIC id is its index.</summary>
    public required int CpuCount { get; init; }

    /// <summary>PCI Express configuration window: 4 KiB for each function of 256 buses; empty where no firmware has programmed it into the host bridge.</summary>
    public AddressRange<PhysAddr> Ecam { get; init; } = new(new PhysAddr(0xB000_0000), 256UL << 20);

    /// <summary>Window from which 32-bit BARs are assigned.</summary>
    public AddressRange<PhysAddr> Mmio32Window { get; init; } = new(new PhysAddr(0xC000_0000), 0x3EC0_0000);

    /// <summary>Window from which 64-bit prefetchable BARs are assigned.</summary>
    public AddressRange<PhysAddr> Mmio64Window { get; init; } = new(new PhysAddr(0x40_0000_0000), 64UL << 30);

    /// <summary>Registers of the I/O APIC.</summary>
    public PhysAddr IoApicBase { get; init; } = new(0xFEC0_0000);

    /// <summary>The id under which the I/O APIC's messages reach a remapping unit; no function has it. By default what a q35 board says: ff:00.0.</summary>
    public Bdf IoApicRequester { get; init; } = new(0xff, 0, 0);

    /// <summary>The root pointer of the ACPI tables, which name the remapping units; null where firmware has written none.</summary>
    public PhysAddr? AcpiRootPointer { get; init; }
}
