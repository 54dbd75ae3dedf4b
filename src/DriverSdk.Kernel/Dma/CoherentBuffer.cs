using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Kernel.Dma;

/// <summary>Memory that CPU and device share for as long as it lives: rings, queues, doorbell pages. It owns nothing; <c>FreeCoherent</c> ends it.</summary>
/// <remarks>
/// Page-aligned and zeroed. The CPU reads and writes it through <see cref="Memory"/>, one ordered access at a time, never through a span. The default value is no buffer.
/// Linux: what <c>dma_alloc_coherent()</c> returns.
/// </remarks>
[AnyContext]
public readonly struct CoherentBuffer
{
    internal CoherentBuffer(VolatileMemory memory, Iova iova, KernelPages pages)
    {
        Memory = memory;
        Iova = iova;
        Pages = pages;
    }

    /// <summary>The memory as the CPU sees it.</summary>
    public VolatileMemory Memory { get; }

    /// <summary>First byte as the device sees it.</summary>
    public Iova Iova { get; }

    /// <summary>Length in bytes, as asked for.</summary>
    public ulong LengthBytes => Memory.LengthBytes;

    /// <summary>Whether there is no memory behind it.</summary>
    public bool IsNull => Pages.IsNull;

    internal KernelPages Pages { get; }

    /// <summary>The buffer as <c>iova:0xfffff000 (4096 bytes, coherent)</c>, or <c>no buffer</c>.</summary>
    public override string ToString() => IsNull ? "no buffer" : $"{Iova} ({LengthBytes} bytes, coherent)";
}
