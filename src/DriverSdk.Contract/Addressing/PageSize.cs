namespace DriverSdk.Contract.Addressing;

/// <summary>A page size: a power of two, kept as its shift.</summary>
/// <remarks>The default value is a page of one byte, which no table format has.</remarks>
/// <param name="Shift">Base-2 logarithm of the size in bytes, 0 to 63.</param>
public readonly record struct PageSize(byte Shift)
{
    /// <summary>Shift of the CPU's base page.</summary>
    public const int CpuShift = 12;

    /// <summary>Bytes in the CPU's base page.</summary>
    public const int CpuBytes = 1 << CpuShift;

    /// <summary>4 KiB, the CPU's page and the IOMMU's smallest.</summary>
    public static PageSize Size4K => new(12);

    /// <summary>2 MiB.</summary>
    public static PageSize Size2M => new(21);

    /// <summary>1 GiB.</summary>
    public static PageSize Size1G => new(30);

    /// <summary>The size in bytes.</summary>
    public ulong Bytes => 1UL << Shift;

    /// <summary>The bits of an address that lie within the page.</summary>
    public ulong OffsetMask => Bytes - 1;

    /// <summary>The size with its unit, such as <c>2 MiB</c>.</summary>
    public override string ToString() => Shift switch
    {
        >= 30 => $"{1UL << (Shift - 30)} GiB",
        >= 20 => $"{1UL << (Shift - 20)} MiB",
        >= 10 => $"{1UL << (Shift - 10)} KiB",
        _ => $"{1UL << Shift} B",
    };
}
