using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Kernel.Dma;

/// <summary>A loan whose end is a closing brace: <see cref="Dispose"/> unmaps it.</summary>
/// <typeparam name="TDirection">The loan's direction.</typeparam>
[AnyContext]
public ref struct DmaLoanScope<TDirection>
    where TDirection : struct, IDmaDirection
{
    private DmaLoan<TDirection> _loan;

    internal DmaLoanScope(DmaLoan<TDirection> loan) => _loan = loan;

    /// <summary>First byte as the device sees it.</summary>
    public readonly Iova Iova => _loan.Iova;

    /// <summary>Length in bytes.</summary>
    public readonly ulong LengthBytes => _loan.LengthBytes;

    /// <inheritdoc cref="DmaLoan{TDirection}.SyncForCpu"/>
    public readonly ReadView SyncForCpu() => _loan.SyncForCpu();

    /// <inheritdoc cref="DmaLoan{TDirection}.SyncForCpuWrite"/>
    public readonly WriteView SyncForCpuWrite() => _loan.SyncForCpuWrite();

    /// <inheritdoc cref="DmaLoan{TDirection}.SyncForDevice"/>
    public readonly void SyncForDevice() => _loan.SyncForDevice();

    /// <summary>Unmaps the loan; a second call does nothing.</summary>
    [Unmaps]
    public void Dispose()
    {
        if (_loan.LengthBytes != 0)
            _loan.Unmap();
        _loan = default;
    }
}
