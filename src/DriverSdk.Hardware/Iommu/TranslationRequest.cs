using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>What a requester asks for.</summary>
/// <param name="Source">Its id on the bus.</param>
/// <param name="Address">Any byte address.</param>
/// <param name="Access">Read or write; none is a zero-length read.</param>
internal readonly record struct TranslationRequest(Bdf Source, Iova Address, IommuAccess Access);
