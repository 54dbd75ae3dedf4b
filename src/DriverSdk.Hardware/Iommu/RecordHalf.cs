namespace DriverSdk.Hardware.Iommu;

/// <summary>Which 64 bits of a fault record a register access means.</summary>
internal enum RecordHalf
{
    /// <summary>Bits 63:0, the address.</summary>
    Low,

    /// <summary>Bits 127:64, requester, reason and F.</summary>
    High,
}
