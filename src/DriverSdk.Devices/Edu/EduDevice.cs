using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Devices.Edu;

/// <summary>QEMU's teaching device: liveness, factorial, interrupts, and DMA between memory and a buffer of 4 KiB.</summary>
/// <remarks>
/// Registers are in BAR 0, 1 MiB below 4 GiB; interrupts leave by INTA or by one MSI vector. Factorials run as posted work, transfers end 100 ms of the machine's time after
/// their start. Any thread may call. Source: QEMU <c>docs/specs/edu.rst</c>, and behaviour measured on QEMU 7.2.
/// </remarks>
/// <example><code>
/// var edu = new EduDevice(dmaMask: 0xffff_ffff);
/// </code></example>
public sealed class EduDevice : PciEndpoint
{
    /// <summary>PCI vendor id.</summary>
    public const ushort VendorId = 0x1234;

    /// <summary>PCI device id.</summary>
    public const ushort DeviceId = 0x11e8;

    /// <summary>The address bits that reach the bus unless the maker says otherwise: 28.</summary>
    public const ulong DefaultDmaMask = (1UL << 28) - 1;

    /// <summary>Where the buffer lies in the device's own address space; only transfers reach it.</summary>
    public const ulong BufferStart = 0x4_0000;

    /// <summary>Size of the buffer, in bytes.</summary>
    public const int BufferBytes = 4096;

    private const ulong BarBytes = 1 << 20;

    private const long TransferNanoseconds = 100_000_000;

    private readonly Lock _state = new();
    private readonly Lock _buffer = new();
    private readonly byte[] _bytes = new byte[BufferBytes];
    private readonly ulong _dmaMask;
    private EduWork _factorialWork;
    private EduWork _transferWork;
    private EduTransfer _transfer;
    private uint _liveness;
    private uint _factorial;
    private uint _interrupts;
    private bool _isComputing;
    private bool _interruptsAfterFactorial;
    private long _refusedRanges;
    private long _failedTransfers;

    /// <summary>Makes a device that is not part of a machine yet.</summary>
    /// <param name="dmaMask">Address bits that reach the bus; the others of a DMA address are dropped silently.</param>
    public EduDevice(ulong dmaMask = DefaultDmaMask)
        : base(new PciIdentity(VendorId, DeviceId, new PciClassCode(0, 0xff, 0)) { Revision = 0x10, SubsystemVendorId = 0x1af4, SubsystemId = 0x1100 })
    {
        _dmaMask = dmaMask;
        (_factorialWork, _transferWork) = (NewFactorialWork(), NewTransferWork());
        DeclareBar(0, new EduWindow(EduRegisterMap.Map.Bind(this)), BarBytes, BarKind.Memory32);
        AddLineInterrupt();
        AddMsi(vectorCount: 1, MsiMasking.None);
    }

    /// <summary>Transfers that named bytes outside the buffer: they ended without moving anything.</summary>
    public long RefusedRanges => Interlocked.Read(ref _refusedRanges);

    /// <summary>Transfers that the bus refused at some byte, for instance because the IOMMU did.</summary>
    public long FailedTransfers => Interlocked.Read(ref _failedTransfers);

    internal uint Liveness { get => Volatile.Read(ref _liveness); set => Volatile.Write(ref _liveness, ~value); }

    internal uint Interrupts => Volatile.Read(ref _interrupts);

    internal uint Factorial
    {
        get => Volatile.Read(ref _factorial);
        set => StartFactorial(value);
    }

    internal uint Status
    {
        get
        {
            lock (_state)
                return (_isComputing ? EduStatus.Computing : 0) | (_interruptsAfterFactorial ? EduStatus.InterruptAfterFactorial : 0);
        }

        set
        {
            lock (_state)
                _interruptsAfterFactorial = (value & EduStatus.InterruptAfterFactorial) != 0;
        }
    }

    internal EduTransfer Transfer
    {
        get
        {
            lock (_state)
                return _transfer;
        }
    }

    /// <summary>Writes one of a transfer's registers; ignored while a transfer runs.</summary>
    internal void Prepare(Func<EduTransfer, EduTransfer> change)
    {
        lock (_state)
        {
            if (!_transfer.IsRunning)
                _transfer = change(_transfer);
        }
    }

    /// <summary>Writes the command register: without the start bit nothing happens.</summary>
    internal void Command(ulong command)
    {
        EduWork work;
        lock (_state)
        {
            if (_transfer.IsRunning || (command & EduTransfer.Start) == 0)
                return;
            _transfer = _transfer with { Command = command };
            work = _transferWork;
        }

        Timeline.PostAfter(work, TransferNanoseconds);
    }

    /// <summary>Adds reasons and interrupts, as long as there is a reason at all.</summary>
    internal void RaiseInterrupt(uint reasons)
    {
        lock (_state)
        {
            _interrupts |= reasons;
            if (_interrupts != 0)
                SendInterrupt();
        }
    }

    /// <summary>Takes reasons back; the line falls with the last one.</summary>
    internal void Acknowledge(uint reasons)
    {
        lock (_state)
        {
            _interrupts &= ~reasons;
            if (_interrupts == 0)
                LowerLine();
        }
    }

    /// <inheritdoc/>
    protected override void Reset()
    {
        // A transfer in progress is let out first; its successor works on the state made here.
        lock (_buffer)
        {
            lock (_state)
            {
                (_factorialWork, _transferWork) = (NewFactorialWork(), NewTransferWork());
                (_liveness, _factorial, _interrupts) = (0, 0, 0);
                (_isComputing, _interruptsAfterFactorial) = (false, false);
                _transfer = default;
                _bytes.AsSpan().Clear();
            }
        }
    }

    private EduWork NewFactorialWork() => new("edu.factorial", FinishFactorial);

    private EduWork NewTransferWork() => new("edu.transfer", FinishTransfer);

    private void StartFactorial(uint operand)
    {
        EduWork work;
        lock (_state)
        {
            if (_isComputing)
                return;
            (_factorial, _isComputing, work) = (operand, true, _factorialWork);
        }

        Timeline.Post(work);
    }

    private void FinishFactorial(EduWork work)
    {
        lock (_state)
        {
            if (work != _factorialWork || !_isComputing)
                return;
            (_factorial, _isComputing) = (FactorialOf(_factorial), false);
            if (_interruptsAfterFactorial)
                RaiseInterrupt(EduStatus.FactorialReason);
        }
    }

    // Modulo 2^32: from 34 on every factorial is zero, so a huge operand costs no more than a small one.
    private static uint FactorialOf(uint operand)
    {
        var result = 1u;
        for (; operand > 1 && result != 0; operand--)
            result *= operand;
        return result;
    }

    private void FinishTransfer(EduWork work)
    {
        lock (_buffer)
        {
            EduTransfer transfer;
            lock (_state)
            {
                if (work != _transferWork || !_transfer.IsRunning)
                    return;
                transfer = _transfer;
            }

            Move(transfer);
            lock (_state)
            {
                _transfer = transfer with { Command = transfer.Command & ~EduTransfer.Start };
                if ((transfer.Command & EduTransfer.InterruptAtEnd) != 0)
                    RaiseInterrupt(EduStatus.TransferReason);
            }
        }
    }

    private void Move(in EduTransfer transfer)
    {
        if (!transfer.TryFindInBuffer(out var offset, out var lengthBytes))
        {
            Interlocked.Increment(ref _refusedRanges);
            return;
        }

        var part = _bytes.AsSpan(offset, lengthBytes);
        var memory = new Iova(transfer.MemoryAddress & _dmaMask);
        var status = transfer.IsToMemory ? Dma.Write(memory, part) : Dma.Read(memory, part);
        if (status != DmaStatus.Success)
            Interlocked.Increment(ref _failedTransfers);
    }
}
