using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Pci;

/// <summary>A function's 4096 bytes of configuration space: values, and which bits software may write.</summary>
/// <remarks>Kept as dwords: a read is one aligned load, a write takes the lock. Accesses must be naturally aligned.</remarks>
internal sealed class ConfigSpace
{
    private const int Dwords = PciHeader.ExtendedBytes / sizeof(uint);

    private readonly Lock _lock = new();
    private readonly uint[] _values = new uint[Dwords];
    private readonly uint[] _resetValues = new uint[Dwords];
    private readonly uint[] _writable = new uint[Dwords];

    /// <summary>Reads; the value is zero-extended.</summary>
    public uint Read(int offset, AccessWidth width) =>
        (Volatile.Read(ref _values[offset >> 2]) >> Shift(offset)) & (uint)width.AllOnes();

    /// <summary>Reads a byte.</summary>
    public byte Read8(int offset) => (byte)Read(offset, AccessWidth.Byte);

    /// <summary>Reads a word.</summary>
    public ushort Read16(int offset) => (ushort)Read(offset, AccessWidth.Word);

    /// <summary>Reads a dword.</summary>
    public uint Read32(int offset) => Read(offset, AccessWidth.DoubleWord);

    /// <summary>Writes as software does: only the bits it may write change.</summary>
    public void Write(int offset, uint value, AccessWidth width)
    {
        var lanes = ((uint)width.AllOnes() << Shift(offset)) & _writable[offset >> 2];
        Replace(_values, offset >> 2, value << Shift(offset), lanes);
    }

    /// <summary>Sets bits as the function itself does, whether or not software may write them.</summary>
    public void Set(int offset, uint value, AccessWidth width) =>
        Replace(_values, offset >> 2, value << Shift(offset), (uint)width.AllOnes() << Shift(offset));

    /// <summary>Declares a value that the function has now and after each reset.</summary>
    public void Define(int offset, uint value, AccessWidth width)
    {
        Set(offset, value, width);
        Replace(_resetValues, offset >> 2, value << Shift(offset), (uint)width.AllOnes() << Shift(offset));
    }

    /// <summary>Declares bits that software may write.</summary>
    public void AllowWrite(int offset, uint mask, AccessWidth width) =>
        Replace(_writable, offset >> 2, mask << Shift(offset), (uint)width.AllOnes() << Shift(offset));

    /// <summary>Gives every bit its value after reset.</summary>
    public void Reset()
    {
        lock (_lock)
            _resetValues.CopyTo(_values, 0);
    }

    private static int Shift(int offset) => (offset & 3) * 8;

    private void Replace(uint[] dwords, int index, uint value, uint lanes)
    {
        lock (_lock)
            Volatile.Write(ref dwords[index], (dwords[index] & ~lanes) | (value & lanes));
    }
}
