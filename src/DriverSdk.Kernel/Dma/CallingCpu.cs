namespace DriverSdk.Kernel.Dma;

/// <summary>Which per-CPU caches the caller uses.</summary>
internal static class CallingCpu
{
    public static int Index => 0;
}
