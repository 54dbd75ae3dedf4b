using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Invalidation through CCMD, IVA and IOTLB. Callers hold the unit's command lock.</summary>
/// <remarks>While the queue is on these commands are not carried out and stay busy. Source: facts/vtd.md 1 and 5.</remarks>
/// <param name="executor">What does the invalidations.</param>
/// <param name="queue">Whether the queue is on.</param>
internal sealed class RegisterInvalidation(InvalidationExecutor executor, InvalidationQueue queue)
{
    private ContextCommand _context;
    private IotlbCommand _iotlb;

    /// <summary>IVA; reads as zero on the bus.</summary>
    public InvalidateAddress Address { get; set; }

    /// <summary>CCMD; setting ICC carries the command out.</summary>
    public ulong Context
    {
        get => _context.Value;
        set
        {
            _context = new ContextCommand(value) with { Actual = _context.Actual };
            if (!_context.Busy || queue.IsEnabled)
                return;
            var done = executor.Execute(_context.Request);
            _context = _context with { Busy = false, Actual = done };
        }
    }

    /// <summary>IOTLB; setting IVT carries the command out.</summary>
    public ulong Iotlb
    {
        get => _iotlb.Value;
        set
        {
            _iotlb = new IotlbCommand(value) with { Actual = _iotlb.Actual };
            if (!_iotlb.Busy || queue.IsEnabled)
                return;
            var done = executor.Execute(new IotlbInvalidation(
                _iotlb.Granularity, _iotlb.Domain, Address.Page, Address.AddressMask, Address.Hint, _iotlb.Drain));
            executor.Settle();
            _iotlb = _iotlb with { Busy = false, Actual = done };
        }
    }
}
