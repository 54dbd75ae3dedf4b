using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>The loan door for a scatter-gather list: all its buffers lent to a device, in one run of IOVAs.</summary>
/// <remarks>A copy that outlives the mapping is recognised as stale, as <see cref="DmaLoan{TDirection}"/> is. The default value is no loan.</remarks>
/// <typeparam name="TDirection">The direction of all buffers.</typeparam>
[AnyContext]
public readonly struct DmaSgLoan<TDirection>
    where TDirection : struct, IDmaDirection
{
    private readonly DmaApi? _dma;
    private readonly ScatterList? _list;
    private readonly uint _generation;

    internal DmaSgLoan(DmaApi dma, ScatterList list, uint generation)
    {
        _dma = dma;
        _list = list;
        _generation = generation;
    }

    /// <summary>What the device is told: one entry per contiguous run; empty for the default value and for a stale copy.</summary>
    public ReadOnlySpan<DmaSegment> Segments => _list is not null && _list.IsMappedAs(_generation) ? _list.Segments : default;

    /// <summary>Takes all buffers back. Linux: <c>dma_unmap_sg()</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The value is the default: no loan was made.</exception>
    [Unmaps]
    public void Unmap([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (_dma is null || _list is null)
            throw new InvalidOperationException("This loan is the default value: no mapping was made. Use a loan only where TryMapSg returned true.");
        _dma.Unmap(_list, _generation, file, line);
    }
}
