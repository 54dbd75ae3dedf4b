using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>How an allocation may be made. Linux: <c>gfp_t</c>.</summary>
[Flags]
[AnyContext]
public enum Gfp
{
    /// <summary>Must not sleep: for interrupt handlers and under spinlocks. Linux: <c>GFP_ATOMIC</c>.</summary>
    Atomic = 0,

    /// <summary>May sleep: only from a preemptible task. Linux: <c>GFP_KERNEL</c>.</summary>
    Kernel = 1,

    /// <summary>The memory is zeroed. Linux: <c>__GFP_ZERO</c>.</summary>
    Zero = 2,

    /// <summary>Only memory below 4 GiB. Linux: <c>GFP_DMA32</c>.</summary>
    Dma32 = 4,
}
