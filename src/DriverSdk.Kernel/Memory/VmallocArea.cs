using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>A live vmalloc area. Linux: <c>struct vm_struct</c>.</summary>
/// <param name="Start">First byte, on a page border.</param>
/// <param name="PageCount">Pages with memory; one guard page follows them.</param>
/// <param name="AllocatedAt">The line that allocated it.</param>
internal sealed record VmallocArea(KernelAddr Start, ulong PageCount, CallSite AllocatedAt)
{
    /// <summary>One past the guard page.</summary>
    public KernelAddr GuardEnd => Start + ((PageCount + 1) << PageSize.CpuShift);
}
