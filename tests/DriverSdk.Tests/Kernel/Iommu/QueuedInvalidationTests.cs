using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>The queue's driver against a scripted unit with numbers of its own, which completes a wait only when it is told to.</summary>
[TestClass]
public sealed class QueuedInvalidationTests
{
    [TestMethod]
    public void Invalidate_UnitThatIsSlow_ReturnsOnlyAfterTheStatusWord()
    {
        using var unit = new ScriptedUnit();
        var queue = unit.CreateQueue();
        var caller = Task.Run(() => queue.Invalidate(IotlbInvalidation.OfDomain(new DomainId(7))));
        SpinWait.SpinUntil(() => unit.PendingWaits == 1, TimeSpan.FromSeconds(20));
        Assert.IsFalse(caller.IsCompleted);

        unit.CompleteAll();

        Assert.IsTrue(caller.Wait(TimeSpan.FromSeconds(20)));
        CollectionAssert.AreEqual(new[] { 2, 5 }, unit.TypesSeen);
    }

    [TestMethod]
    public void Invalidate_ManyTimes_WrapsAroundTheQueue()
    {
        using var unit = new ScriptedUnit { CompletesAtOnce = true };
        var queue = unit.CreateQueue();
        for (var turn = 0; turn < 1000; turn++)
            queue.Invalidate(IotlbInvalidation.OfPages(new DomainId(1), new Iova(0x1000), 0));
        Assert.AreEqual(2000, unit.TypesSeen.Count);
        Assert.AreEqual(1000u, queue.SubmittedCount);
    }

    [TestMethod]
    public void Invalidate_UnitStopsWithAnError_ThrowsWithTheDescriptor()
    {
        using var unit = new ScriptedUnit { ReportsQueueError = true };
        var queue = unit.CreateQueue();
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => queue.Invalidate(IotlbInvalidation.Global()));
        StringAssert.Contains(exception.Message, "BadType");
    }

    private sealed class ScriptedUnit : ICpuBus, IDisposable
    {
        private const ulong Base = 0xFED9_0000;
        private const ulong Queue = 0x10_0000;
        private const ulong Status = 0x10_1000;
        private readonly PhysicalMemory _ram = new(new MemoryLayout(MemoryLayout.MinRamBytes));
        private readonly Queue<(ulong Address, uint Data)> _waits = new();
        private uint _status;
        private ulong _head;

        public bool CompletesAtOnce { get; init; }

        public bool ReportsQueueError { get; init; }

        public List<int> TypesSeen { get; } = [];

        public int PendingWaits
        {
            get
            {
                lock (_waits)
                    return _waits.Count;
            }
        }

        public QueuedInvalidation CreateQueue() => new(_ram, new UnitRegisters(this, new PhysAddr(Base)), new PhysAddr(Queue), new PhysAddr(Status));

        public void CompleteAll()
        {
            lock (_waits)
            {
                while (_waits.TryDequeue(out var wait))
                    _ram.TryWriteEntry(new PhysAddr(wait.Address), wait.Data);
            }
        }

        public ulong ReadMmio(PhysAddr address, AccessWidth width) => (address.Value - Base) switch
        {
            0x1c => _status,
            0x34 => ReportsQueueError ? 1u << 4 : 0u,
            0x80 => _head,
            0xb0 => 3,
            _ => 0,
        };

        public void WriteMmio(PhysAddr address, ulong value, AccessWidth width)
        {
            if (address.Value - Base == 0x18)
                _status = (uint)value;
            if (address.Value - Base != 0x88 || ReportsQueueError || (_status & (1u << 26)) == 0)
                return;
            for (; _head != value; _head = (_head + 16) % 4096)
                Fetch();
            if (CompletesAtOnce)
                CompleteAll();
        }

        public uint ReadPort(ushort port, AccessWidth width) => uint.MaxValue;

        public void WritePort(ushort port, uint value, AccessWidth width)
        {
        }

        public void Dispose() => _ram.Dispose();

        private void Fetch()
        {
            _ram.TryReadEntry(new PhysAddr(Queue + _head), out var low);
            _ram.TryReadEntry(new PhysAddr(Queue + _head + 8), out var high);
            TypesSeen.Add((int)(low & 0xf));
            if ((low & 0xf) != 5)
                return;
            lock (_waits)
                _waits.Enqueue((high, (uint)(low >> 32)));
        }
    }
}
