using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Invalidation by the CCMD and IOTLB registers: before the queue is on, and on a unit without one.</summary>
internal sealed class RegisterInvalidation(UnitRegisters registers) : IInvalidator
{
    private readonly ulong _iotlbRegisters = registers.ExtendedCapability.IotlbRegistersOffset;
    private RawSpinlock _lock;

    /// <inheritdoc/>
    public void Invalidate(in IotlbInvalidation request)
    {
        _lock.Enter();
        try
        {
            if (request.Granularity == IotlbGranularity.Page)
                registers.Write64(_iotlbRegisters + RegisterOffsets.InvalidateAddressInIotlbRegisters,
                    new InvalidateAddress { Page = request.Page, AddressMask = request.AddressMask, Hint = request.Hint }.Value);
            var offset = _iotlbRegisters + RegisterOffsets.IotlbCommandInIotlbRegisters;
            registers.Write64(offset, new IotlbCommand { Granularity = request.Granularity, Domain = request.Domain, Drain = request.Drain, Busy = true }.Value);
            var patience = new Patience("IOTLB.IVT");
            while (new IotlbCommand(registers.Read64(offset)).Busy)
                patience.Wait();
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <inheritdoc/>
    public void Invalidate(in ContextInvalidation request)
    {
        _lock.Enter();
        try
        {
            registers.Write64(RegisterOffsets.ContextCommand, new ContextCommand { Request = request, Busy = true }.Value);
            var patience = new Patience("CCMD.ICC");
            while (new ContextCommand(registers.Read64(RegisterOffsets.ContextCommand)).Busy)
                patience.Wait();
        }
        finally
        {
            _lock.Exit();
        }
    }
}
