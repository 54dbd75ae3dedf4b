using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;

namespace DriverSdk.Hardware.Iommu;

/// <summary>How a table walk ended.</summary>
/// <param name="Reason">Why it was refused, or <see cref="FaultReason.None"/>.</param>
/// <param name="Page">The page's first byte; zero when refused.</param>
/// <param name="Level">The level of the entry it ended at; a leaf's gives the page's size.</param>
/// <param name="Granted">What all levels down to there allow together.</param>
internal readonly record struct WalkResult(FaultReason Reason, PhysAddr Page, int Level, IommuAccess Granted)
{
    /// <summary>A refused walk.</summary>
    public static WalkResult Refused(FaultReason reason, int level, IommuAccess granted) => new(reason, default, level, granted);

    /// <summary>Whether a request may pass; a zero-length read, which wants nothing, needs any permission at all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Permits(IommuAccess granted, IommuAccess access) =>
        granted != IommuAccess.None && (granted & access) == access;

    /// <summary>Why a request is refused that is not granted.</summary>
    public static FaultReason DenialOf(IommuAccess access) =>
        access == IommuAccess.Write ? FaultReason.WriteDenied : FaultReason.ReadDenied;
}
