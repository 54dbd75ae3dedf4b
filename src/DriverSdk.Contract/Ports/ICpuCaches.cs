using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Ports;

/// <summary>The CPUs' caches, as far as software steers them: hardware that does not snoop them sees a write only once its line has been written back.</summary>
/// <remarks>
/// The hardware implements it and the kernel calls it. On a machine where everything snoops, writing back does nothing. Any thread may call; nothing is allocated for
/// a page that has been written back before. Linux: <c>clflush_cache_range()</c>.
/// </remarks>
public interface ICpuCaches
{
    /// <summary>Writes back every cache line that a range touches; returns when memory holds what the CPUs have written there.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="lengthBytes">Length in bytes; 0 writes nothing back. What is not RAM is left out.</param>
    void WriteBack(PhysAddr start, ulong lengthBytes);
}
