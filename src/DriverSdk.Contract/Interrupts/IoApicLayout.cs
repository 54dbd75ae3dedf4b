namespace DriverSdk.Contract.Interrupts;

/// <summary>Registers of the I/O APIC: three in memory, the rest behind an index.</summary>
/// <remarks>Source: Linux <c>arch/x86/kernel/apic/io_apic.c</c> (<c>struct io_apic</c>) and <c>asm/io_apic.h</c>.</remarks>
public static class IoApicLayout
{
    /// <summary>Index register, at this offset in memory; 32 bits, bits 7:0 used.</summary>
    public const int Index = 0x00;

    /// <summary>Data register: the register that the index names; 32 bits.</summary>
    public const int Data = 0x10;

    /// <summary>End of interrupt: writing a vector ends it on every level-triggered pin that carries it; 32 bits.</summary>
    public const int EndOfInterrupt = 0x40;

    /// <summary>Bytes of address space, in bytes.</summary>
    public const ulong WindowBytes = 0x1000;

    /// <summary>Indexed: the APIC's id in bits 27:24.</summary>
    public const byte Id = 0x00;

    /// <summary>Indexed: version in bits 7:0, number of the last pin in bits 23:16.</summary>
    public const byte Version = 0x01;

    /// <summary>Indexed: arbitration id, read-only, the same bits as <see cref="Id"/>.</summary>
    public const byte Arbitration = 0x02;

    /// <summary>Indexed: low half of pin 0's redirection entry; the high half follows, then pin 1.</summary>
    public const byte FirstRedirection = 0x10;

    /// <summary>The version with an end-of-interrupt register.</summary>
    public const byte VersionWithEndOfInterrupt = 0x20;

    /// <summary>Shift of the last pin's number in <see cref="Version"/>.</summary>
    public const int LastPinShift = 16;

    /// <summary>Pins.</summary>
    public const int PinCount = 24;

    /// <summary>
    /// First of the eight pins that take PCI lines. A line INTA (0) to INTD (3) of device d on bus 0 goes to this plus (d + line) modulo 8; below a bridge, the line is
    /// (d + line) modulo 4 at the bridge itself.
    /// </summary>
    public const int FirstPciPin = 16;

    /// <summary>Pins that take PCI lines.</summary>
    public const int PciPinCount = 8;
}
