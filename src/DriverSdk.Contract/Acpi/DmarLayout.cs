namespace DriverSdk.Contract.Acpi;

/// <summary>Where the fields of the DMA remapping table and of its structures lie, in bytes from the start of table or structure.</summary>
/// <remarks>Source: Linux <c>actbl1.h</c>, <c>struct acpi_table_dmar</c> to <c>struct acpi_dmar_atsr</c>.</remarks>
public static class DmarLayout
{
    /// <summary>Table: width of physical addresses, less one.</summary>
    public const int HostAddressWidth = 36;

    /// <summary>Table: flags.</summary>
    public const int Flags = 37;

    /// <summary>Table: the first structure.</summary>
    public const int Structures = 48;

    /// <summary>A flag of the table: the units can remap interrupts.</summary>
    public const byte InterruptRemapping = 1;

    /// <summary>Structure: what it is (<see cref="DmarStructureType"/>), 16 bits.</summary>
    public const int StructureType = 0;

    /// <summary>Structure: its length with its scopes, 16 bits.</summary>
    public const int StructureLength = 2;

    /// <summary>Length of what every structure begins with.</summary>
    public const int StructureHeaderBytes = 4;

    /// <summary>Unit: flags.</summary>
    public const int UnitFlags = 4;

    /// <summary>Unit: PCI segment, 16 bits.</summary>
    public const int UnitSegment = 6;

    /// <summary>Unit: address of its registers, 64 bits.</summary>
    public const int UnitRegisters = 8;

    /// <summary>Unit: its first scope.</summary>
    public const int UnitScopes = 16;

    /// <summary>A flag of a unit: every function of the segment that no other unit names is its own.</summary>
    public const byte IncludesAll = 1;

    /// <summary>Reserved memory: PCI segment, 16 bits.</summary>
    public const int ReservedSegment = 6;

    /// <summary>Reserved memory: its first byte, 64 bits, a multiple of 4 KiB.</summary>
    public const int ReservedBase = 8;

    /// <summary>Reserved memory: its last byte, 64 bits, one less than a multiple of 4 KiB.</summary>
    public const int ReservedLimit = 16;

    /// <summary>Reserved memory: its first scope.</summary>
    public const int ReservedScopes = 24;

    /// <summary>Scope: what it is (<see cref="DmarScopeType"/>).</summary>
    public const int ScopeType = 0;

    /// <summary>Scope: its length with its path.</summary>
    public const int ScopeLength = 1;

    /// <summary>Scope: the I/O APIC's or HPET's number.</summary>
    public const int ScopeEnumeration = 4;

    /// <summary>Scope: the bus on which its path begins.</summary>
    public const int ScopeStartBus = 5;

    /// <summary>Scope: its path; device and function number, a byte each, for every bridge on the way and for the function itself.</summary>
    public const int ScopePath = 6;

    /// <summary>Length of one step of a path.</summary>
    public const int PathStepBytes = 2;
}
