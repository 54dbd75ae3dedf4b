using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Kernel.Dma;

/// <summary>The loan door: a buffer lent to a device, from <c>TryMap</c> to <see cref="Unmap"/>. The loan knows its length and direction, so unmapping cannot get them wrong.</summary>
/// <remarks>
/// A value that may be stored in a ring; a copy that outlives the mapping is recognised by its generation, so unmapping it again does no harm and is reported as
/// DRV1003. The default value is no loan.
/// </remarks>
/// <typeparam name="TDirection"><see cref="ToDevice"/>, <see cref="FromDevice"/> or <see cref="Bidirectional"/>.</typeparam>
[AnyContext]
public readonly struct DmaLoan<TDirection>
    where TDirection : struct, IDmaDirection
{
    private readonly DmaApi? _dma;
    private readonly LoanKey _key;

    internal DmaLoan(DmaApi dma, LoanKey key, Iova iova, ulong lengthBytes)
    {
        _dma = dma;
        _key = key;
        Iova = iova;
        LengthBytes = lengthBytes;
    }

    /// <summary>First byte as the device sees it; the buffer's offset within its page is kept.</summary>
    public Iova Iova { get; }

    /// <summary>Length in bytes: the buffer's, not rounded.</summary>
    public ulong LengthBytes { get; }

    /// <summary>Whether the buffer is lent right now; false for the default value and for a stale copy.</summary>
    public bool IsMapped => _dma is not null && _dma.Loans.IsLive(_key);

    /// <summary>Takes the buffer back: the device cannot reach it any more when this returns. Linux: <c>dma_unmap_single()</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The value is the default: no loan was made.</exception>
    [Unmaps]
    public void Unmap([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Owner().Unmap(_key, Iova, file, line);

    /// <summary>Lets the CPU read what the device wrote, while the mapping stays. Linux: <c>dma_sync_single_for_cpu()</c>.</summary>
    /// <exception cref="InvalidOperationException">The value is the default or a stale copy.</exception>
    public ReadView SyncForCpu() => Owner().OpenRead(_key);

    /// <summary>Lets the CPU write, while the mapping stays; follow it by <see cref="SyncForDevice"/>. Linux: <c>dma_sync_single_for_cpu()</c>.</summary>
    /// <exception cref="InvalidOperationException">The value is the default or a stale copy.</exception>
    public WriteView SyncForCpuWrite() => Owner().OpenWrite(_key);

    /// <summary>Hands the buffer back to the device after the CPU used it. Linux: <c>dma_sync_single_for_device()</c>.</summary>
    /// <exception cref="InvalidOperationException">The value is the default or a stale copy.</exception>
    public void SyncForDevice() => Owner().SyncForDevice(_key);

    /// <summary>The loan for the length of a block: <c>using var scope = loan.AsScope();</c> unmaps at its end.</summary>
    [TakesOwnership]
    [return: MustUnmap]
    public DmaLoanScope<TDirection> AsScope() => new(this);

    /// <summary>The loan as <c>iova:0xfffff000 (4096 bytes, FromDevice)</c>, or <c>no loan</c>.</summary>
    public override string ToString() => _dma is null ? "no loan" : $"{Iova} ({LengthBytes} bytes, {TDirection.Direction})";

    private DmaApi Owner() => _dma ?? throw new InvalidOperationException("This loan is the default value: no mapping was made. Use a loan only where TryMap returned true.");
}
