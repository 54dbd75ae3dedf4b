namespace DriverSdk.Kernel.Dma;

internal static class InterruptPoint
{
    public static void Poll()
    {
    }
}
