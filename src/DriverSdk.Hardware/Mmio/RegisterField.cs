namespace DriverSdk.Hardware.Mmio;

/// <summary>One declared field of a register.</summary>
/// <param name="Name">Name; empty for a reserved field and for a register that is one field.</param>
/// <param name="FirstBit">Lowest bit, 0 to 63.</param>
/// <param name="BitCount">Width in bits, 1 to 64.</param>
/// <param name="Access">What software may do with it.</param>
internal readonly record struct RegisterField(string Name, int FirstBit, int BitCount, FieldAccess Access)
{
    /// <summary>The field's bits, unshifted.</summary>
    public ulong LowMask => BitCount == 64 ? ulong.MaxValue : (1UL << BitCount) - 1;

    /// <summary>The field's bits in place.</summary>
    public ulong Mask => LowMask << FirstBit;

    /// <summary>The field's value within a register's value.</summary>
    public ulong Extract(ulong register) => (register >> FirstBit) & LowMask;
}
