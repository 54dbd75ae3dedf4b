namespace DriverSdk.Contract.Addressing;

/// <summary>What a request wants, or what an entry allows: the IOMMU's read and write permissions.</summary>
[Flags]
public enum IommuAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The device may read memory.</summary>
    Read = 1,

    /// <summary>The device may write memory.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = Read | Write,
}
