namespace DriverSdk.Hardware.Dma;

/// <summary>Handles one physically contiguous run of a transfer, in place.</summary>
/// <remarks>
/// The transfer is in flight while it runs: it must be short, must not start another transfer on the same port, and must not wait for the kernel (an invalidation may be
/// waiting for this transfer to end). It may send an interrupt.
/// </remarks>
/// <example><code>
/// Dma.Transfer(start, lengthBytes, IommuAccess.Read, ref sum, static (scoped memory, offset, ref sum) =&gt; { foreach (var b in memory) sum += b; });
/// </code></example>
/// <typeparam name="TState">What the device carries through the runs; may be a <c>ref struct</c>.</typeparam>
/// <param name="memory">The bytes, in RAM; they cannot be kept. For a read transfer they must not be written.</param>
/// <param name="offsetBytes">Where this run begins within the transfer, in bytes.</param>
/// <param name="state">The device's state.</param>
public delegate void DmaChunk<TState>(scoped Span<byte> memory, ulong offsetBytes, ref TState state)
    where TState : allows ref struct;
