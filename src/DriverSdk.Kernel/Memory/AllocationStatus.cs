namespace DriverSdk.Kernel.Memory;

/// <summary>Whether memory is in use.</summary>
internal enum AllocationStatus
{
    /// <summary>Nobody's.</summary>
    Free = 0,

    /// <summary>Somebody's.</summary>
    Allocated,
}
