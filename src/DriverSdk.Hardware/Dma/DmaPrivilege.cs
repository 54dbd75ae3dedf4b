namespace DriverSdk.Hardware.Dma;

/// <summary>On whose behalf a request with a PASID is made.</summary>
public enum DmaPrivilege
{
    /// <summary>A user program's.</summary>
    User,

    /// <summary>The operating system's.</summary>
    Supervisor,
}
