using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Registers;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Invalidation by descriptors in RAM: a request and a wait, one write of the tail, then a look at the status word until the wait has written it.</summary>
/// <remarks>
/// Descriptors complete in order, so that one status word with a rising number serves all CPUs: a number at or past one's own means done. The lock covers writing the
/// descriptors and the tail, not the waiting. Source: facts/vtd.md 5; Linux: <c>qi_submit_sync()</c>.
/// </remarks>
internal sealed class QueuedInvalidation : IInvalidator
{
    private const int DescriptorsPerRequest = 2;

    private readonly PhysicalMemory _ram;
    private readonly UnitRegisters _registers;
    private readonly PhysAddr _queue;
    private readonly PhysAddr _status;
    private readonly int _descriptorCount;
    private RawSpinlock _lock;
    private int _tail;
    private uint _submitted;

    /// <summary>Sets the queue up and turns it on.</summary>
    /// <param name="ram">RAM.</param>
    /// <param name="registers">The unit's registers.</param>
    /// <param name="queue">A page for the descriptors.</param>
    /// <param name="status">Where the status word goes: 8 bytes, aligned to 8, zeroed.</param>
    public QueuedInvalidation(PhysicalMemory ram, UnitRegisters registers, PhysAddr queue, PhysAddr status)
    {
        _ram = ram;
        _registers = registers;
        _queue = queue;
        _status = status;
        var address = new QueueAddress { Queue = queue, SizeOrder = 0 };
        _descriptorCount = address.DescriptorCount;
        registers.Write64(RegisterOffsets.QueueTail, 0);
        registers.Write64(RegisterOffsets.QueueAddress, address.Value);
        registers.Command(GlobalCommand.QueuedInvalidation);
    }

    /// <summary>Requests submitted so far, modulo 2^32.</summary>
    public uint SubmittedCount => Volatile.Read(ref _submitted);

    /// <inheritdoc/>
    public void Invalidate(in IotlbInvalidation request) => SubmitAndWait(InvalidationDescriptor.Of(request));

    /// <inheritdoc/>
    public void Invalidate(in ContextInvalidation request) => SubmitAndWait(InvalidationDescriptor.Of(request));

    /// <summary>Invalidates cached interrupt entries.</summary>
    public void Invalidate(in InterruptEntryInvalidation request) => SubmitAndWait(InvalidationDescriptor.Of(request));

    private void SubmitAndWait(InvalidationDescriptor request)
    {
        _lock.Enter();
        uint number;
        try
        {
            WaitForRoom();
            number = _submitted + 1;
            Write(request);
            Write(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(_status, number)));
            Volatile.Write(ref _submitted, number);
            _registers.Write64(RegisterOffsets.QueueTail, new QueuePointer { Index = _tail }.Value);
        }
        finally
        {
            _lock.Exit();
        }

        if (!HasCompleted(number))
            WaitFor(number);
    }

    private bool HasCompleted(uint number) => (int)((uint)Volatile.Read(ref _ram.Entry(_status)) - number) >= 0;

    private void WaitFor(uint number)
    {
        var patience = new Patience("invalidation wait");
        while (!HasCompleted(number))
        {
            patience.Wait();
            if ((patience.Turns & 0xf) == 0)
                ThrowIfStopped();
        }
    }

    private void WaitForRoom()
    {
        // One descriptor stays empty: a tail that met the head would mean an empty queue.
        var oldestThatMayRun = _submitted - (uint)((_descriptorCount - 1) / DescriptorsPerRequest) + 1;
        if (!HasCompleted(oldestThatMayRun))
            WaitFor(oldestThatMayRun);
    }

    private void Write(InvalidationDescriptor descriptor)
    {
        var at = _queue + ((ulong)_tail * InvalidationDescriptor.SizeBytes);
        Volatile.Write(ref _ram.Entry(at), descriptor.Low);
        Volatile.Write(ref _ram.Entry(at + sizeof(ulong)), descriptor.High);
        _tail = _tail + 1 == _descriptorCount ? 0 : _tail + 1;
    }

    private void ThrowIfStopped()
    {
        if (!new FaultStatus(_registers.Read32(RegisterOffsets.FaultStatus)).QueueError)
            return;
        var head = new QueuePointer(_registers.Read64(RegisterOffsets.QueueHead)).Index;
        var at = _queue + ((ulong)head * InvalidationDescriptor.SizeBytes);
        var error = new QueueErrorRecord(_registers.Read64(RegisterOffsets.QueueErrorRecord)).Error;
        throw new InvalidOperationException(
            $"The remapping unit stopped at descriptor {head} (0x{_ram.Entry(at):x16} 0x{_ram.Entry(at + sizeof(ulong)):x16}) with {error}; nothing can be invalidated any more.");
    }
}
