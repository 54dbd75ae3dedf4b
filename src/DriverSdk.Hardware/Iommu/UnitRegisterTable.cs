using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The unit's register page: which register lies where, and how accesses of 32 and 64 bits reach it.</summary>
/// <remarks>
/// Source: facts/vtd.md 1. A 64-bit access may also cover two 32-bit registers, the lower one first; a 32-bit access may reach half of a 64-bit register. An address
/// without a register reads zero.
/// </remarks>
internal static partial class UnitRegisterTable
{
    /// <summary>Reads 32 bits.</summary>
    public static uint ReadWord(RemappingUnit unit, ulong offset)
    {
        if (ByWord[offset / 4] is not { } register)
            return 0;
        var value = register.Read(unit);
        return (uint)(offset == register.Offset ? value : value >> 32);
    }

    /// <summary>Reads 64 bits.</summary>
    public static ulong ReadQuad(RemappingUnit unit, ulong offset)
    {
        if (ByWord[offset / 4] is { WidthBytes: 8 } register)
            return register.Read(unit);
        return ReadWord(unit, offset) | ((ulong)ReadWord(unit, offset + 4) << 32);
    }

    /// <summary>Writes 32 bits.</summary>
    public static void WriteWord(RemappingUnit unit, ulong offset, uint value)
    {
        if (ByWord[offset / 4] is not { Write: { } write } register)
            return;
        if (register.WidthBytes == 4)
        {
            write(unit, value);
            return;
        }

        var rest = register.Rest(unit);
        write(unit, offset == register.Offset ? Bits.With(rest, 0, 32, value) : Bits.With(rest, 32, 32, value));
    }

    /// <summary>Writes 64 bits.</summary>
    public static void WriteQuad(RemappingUnit unit, ulong offset, ulong value)
    {
        if (ByWord[offset / 4] is { WidthBytes: 8 } register)
        {
            register.Write?.Invoke(unit, value);
            return;
        }

        WriteWord(unit, offset, (uint)value);
        WriteWord(unit, offset + 4, (uint)(value >> 32));
    }

    private static UnitRegister?[] Index()
    {
        var words = new UnitRegister?[RegisterOffsets.PageBytes / 4];
        foreach (var register in All)
        {
            for (var word = register.Offset / 4; word < (register.Offset + (ulong)register.WidthBytes) / 4; word++)
            {
                if (words[word] is { } other)
                    throw new InvalidOperationException($"Registers {other.Name} and {register.Name} both claim offset 0x{word * 4:x}; move one of them.");
                words[word] = register;
            }
        }

        return words;
    }
}
