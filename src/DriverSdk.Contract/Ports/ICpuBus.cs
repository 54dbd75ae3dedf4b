using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Ports;

/// <summary>How a CPU reaches registers: memory-mapped accesses outside RAM, and the I/O port space.</summary>
/// <remarks>
/// The hardware implements it and the kernel calls it; RAM is not reached through it. An access that nobody answers reads all ones and writes nothing, as
/// on a PC; it never throws. Any thread may call; a write may run device code and raise interrupts before it returns.
/// </remarks>
public interface ICpuBus
{
    /// <summary>Reads a memory-mapped register.</summary>
    /// <param name="address">Physical address, naturally aligned.</param>
    /// <param name="width">Width of the access.</param>
    /// <returns>The value, zero-extended; all ones of that width when nobody answers.</returns>
    ulong ReadMmio(PhysAddr address, AccessWidth width);

    /// <summary>Writes a memory-mapped register.</summary>
    /// <param name="address">Physical address, naturally aligned.</param>
    /// <param name="value">The value; bits above the width are ignored.</param>
    /// <param name="width">Width of the access.</param>
    void WriteMmio(PhysAddr address, ulong value, AccessWidth width);

    /// <summary>Reads an I/O port.</summary>
    /// <param name="port">Port number, 0 to 0xffff.</param>
    /// <param name="width">Width of the access, at most 32 bits.</param>
    /// <returns>The value, zero-extended; all ones when nobody answers.</returns>
    uint ReadPort(ushort port, AccessWidth width);

    /// <summary>Writes an I/O port.</summary>
    /// <param name="port">Port number, 0 to 0xffff.</param>
    /// <param name="value">The value; bits above the width are ignored.</param>
    /// <param name="width">Width of the access, at most 32 bits.</param>
    void WritePort(ushort port, uint value, AccessWidth width);
}
