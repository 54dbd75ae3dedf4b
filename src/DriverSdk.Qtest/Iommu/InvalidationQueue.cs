using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Qtest.Iommu;

/// <summary>The unit's invalidation queue (facts/vtd.md 5): descriptors in emulated RAM, a tail that the client moves, a head that the unit moves.</summary>
public sealed class InvalidationQueue
{
    private const int PointerShift = 4;
    private const uint DoneMark = 0x600d_d09e;

    private readonly RegisterFile _registers;
    private readonly PhysAddr _status;
    private int _tail;

    /// <summary>Describes a queue; <see cref="Enable"/> gives it to the unit.</summary>
    /// <param name="registers">The unit.</param>
    /// <param name="start">The descriptors, page-aligned.</param>
    /// <param name="sizeOrder">The queue has 2^sizeOrder pages.</param>
    /// <param name="status">Four bytes for the unit's status writes.</param>
    public InvalidationQueue(RegisterFile registers, PhysAddr start, int sizeOrder, PhysAddr status)
    {
        (_registers, Start, _status, SizeOrder) = (registers, start, status, sizeOrder);
        Capacity = new QueueAddress { SizeOrder = sizeOrder }.DescriptorCount;
    }

    /// <summary>Where the descriptors lie.</summary>
    public PhysAddr Start { get; }

    /// <summary>The queue's size as IQA has it.</summary>
    public int SizeOrder { get; }

    /// <summary>How many descriptors have room, one more than may wait.</summary>
    public int Capacity { get; }

    /// <summary>The unit's head, as an index.</summary>
    public int Head => new QueuePointer(_registers.Read64(RegisterOffsets.QueueHead)).Index;

    /// <summary>Where the next descriptor goes, as an index.</summary>
    public int Tail => _tail;

    /// <summary>Whether the unit has stopped at a bad descriptor or tail (FSTS.IQE).</summary>
    public bool HasError => new FaultStatus(_registers.FaultStatus).QueueError;

    internal QueueError Error => new QueueErrorRecord(_registers.Read64(RegisterOffsets.QueueErrorRecord)).Error;

    /// <summary>Gives the queue to the unit and switches it on.</summary>
    public void Enable()
    {
        _tail = 0;
        _registers.Write64(RegisterOffsets.QueueTail, 0);
        _registers.Write64(RegisterOffsets.QueueAddress, Start.Value | (uint)SizeOrder);
        _registers.SwitchOn(GlobalCommand.QueuedInvalidation);
    }

    /// <summary>Switches the queue off.</summary>
    public void Disable() => _registers.SwitchOff(GlobalCommand.QueuedInvalidation);

    /// <summary>Appends descriptors as they are, bad ones included, and moves the tail behind them; does not wait.</summary>
    /// <param name="descriptors">Low and high quad word of each.</param>
    public void Submit(params ReadOnlySpan<(ulong Low, ulong High)> descriptors)
    {
        var batch = _registers.Machine.Client.StartBatch();
        foreach (var (low, high) in descriptors)
        {
            var slot = Start + ((ulong)_tail * InvalidationDescriptor.SizeBytes);
            batch.Write64(slot, low).Write64(slot + 8, high);
            _tail = (_tail + 1) % Capacity;
        }

        batch.Run();
        _registers.Write64(RegisterOffsets.QueueTail, (ulong)_tail << PointerShift);
    }

    /// <summary>Appends descriptors and a wait descriptor, and waits for its status write.</summary>
    /// <exception cref="QtestException">The unit stopped with an error, or did not finish.</exception>
    public void SubmitAndWait(params ReadOnlySpan<(ulong Low, ulong High)> descriptors)
    {
        var client = _registers.Machine.Client;
        client.Write32(_status, 0);
        var done = InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(_status, DoneMark));
        Submit([.. descriptors, (done.Low, done.High)]);
        _registers.Machine.WaitUntil(() => client.Read32(_status) == DoneMark || HasError, "the wait descriptor's status write");
        if (HasError)
            throw new QtestException($"The invalidation queue stopped at {Head} with IQERCD {(int)Error}; tail {Tail}. Look at the descriptor there.");
    }

    internal void Submit(in InvalidationDescriptor descriptor) => Submit((descriptor.Low, descriptor.High));

    internal void SubmitAndWait(in InvalidationDescriptor descriptor) => SubmitAndWait((descriptor.Low, descriptor.High));

    internal void SubmitAndWait(in ContextInvalidation request) => SubmitAndWait(InvalidationDescriptor.Of(request));

    internal void SubmitAndWait(in IotlbInvalidation request) => SubmitAndWait(InvalidationDescriptor.Of(request));
}
