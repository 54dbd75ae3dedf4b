namespace DriverSdk.Kernel.Memory;

/// <summary>What the allocators ask of the scheduler.</summary>
internal static class CurrentTask
{
    public static int CpuIndex => 0;

    public static int Number => 0;

    public static void CheckMaySleep(string what, string file, int line)
    {
    }
}
