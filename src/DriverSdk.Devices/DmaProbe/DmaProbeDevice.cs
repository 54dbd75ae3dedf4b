using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Devices.DmaProbe;

/// <summary>A device that makes any access software describes, at once, and shows what it saw: the client's hand on the bus.</summary>
/// <remarks>Registers and a buffer of 64 KiB are in BAR 0, below 4 GiB; one MSI vector with a mask, or INTA. Any thread may call; accesses take turns.</remarks>
public sealed class DmaProbeDevice : PciEndpoint
{
    /// <summary>PCI vendor id.</summary>
    public const ushort VendorId = 0x1d5d;

    /// <summary>PCI device id.</summary>
    public const ushort DeviceId = 0x00fd;

    /// <summary>Size of the buffer, in bytes: the longest access.</summary>
    public const int BufferBytes = 65536;

    private const ulong BarBytes = 128 << 10;

    private readonly Lock _lock = new();
    private readonly DmaProbeBuffer _buffer = new(BufferBytes);
    private DmaProbeResult _result;
    private ulong _address;
    private uint _length;
    private uint _request;
    private uint _pasid;

    /// <summary>Makes a probe that is not part of a machine yet.</summary>
    public DmaProbeDevice()
        : base(new PciIdentity(VendorId, DeviceId, PciClassCode.Unassigned))
    {
        DeclareBar(0, new DmaProbeWindow(DmaProbeRegisters.Map.Bind(this), _buffer), BarBytes, BarKind.Memory32);
        AddLineInterrupt();
        AddMsi();
    }

    internal ulong Address { get => Volatile.Read(ref _address); set => Volatile.Write(ref _address, value); }

    internal uint Length { get => Volatile.Read(ref _length); set => Volatile.Write(ref _length, value); }

    internal DmaProbeRequest Request { get => new(Volatile.Read(ref _request)); set => Volatile.Write(ref _request, value.Value); }

    internal Pasid Pasid { get => new(Volatile.Read(ref _pasid)); set => Volatile.Write(ref _pasid, value.Value); }

    internal DmaProbeResult Result
    {
        get
        {
            lock (_lock)
                return _result;
        }
    }

    /// <summary>Makes the access that the registers describe.</summary>
    internal void Go()
    {
        lock (_lock)
            _result = Execute(new Iova(Address), Length, Request, Request.AttributesWith(Pasid));
    }

    /// <summary>Writes the interrupt register.</summary>
    internal void DriveInterrupt(uint value)
    {
        if ((value & 1) != 0)
            SendInterrupt();
        else
            LowerLine();
    }

    /// <inheritdoc/>
    protected override void Reset()
    {
        lock (_lock)
        {
            (Address, Length, Request, Pasid) = (0, 0, default, default);
            _result = default;
            _buffer.Clear();
        }
    }

    private DmaProbeResult Execute(Iova address, uint lengthBytes, DmaProbeRequest request, in DmaAttributes attributes) => request.Operation switch
    {
        DmaProbeOperation.Read => Move(address, lengthBytes, IommuAccess.Read, attributes),
        DmaProbeOperation.Write => Move(address, lengthBytes, IommuAccess.Write, attributes),
        DmaProbeOperation.ZeroLengthRead => new DmaProbeResult(DmaProbeResult.Of(Dma.ReadNothing(address, attributes)), 0, default),
        DmaProbeOperation.TranslateForRead => Translate(address, IommuAccess.Read, attributes),
        DmaProbeOperation.TranslateForWrite => Translate(address, IommuAccess.ReadWrite, attributes),
        _ => new DmaProbeResult(DmaProbeStatus.BadRequest, 0, default),
    };

    private DmaProbeResult Move(Iova address, uint lengthBytes, IommuAccess access, in DmaAttributes attributes)
    {
        if (lengthBytes > BufferBytes)
            return new DmaProbeResult(DmaProbeStatus.BadRequest, 0, default);
        var state = new MoveState(_buffer.Part((int)lengthBytes));
        var status = access == IommuAccess.Read
            ? Dma.Transfer(address, lengthBytes, access, attributes, ref state, static (scoped memory, offset, ref state) => state.Take(memory, (int)offset))
            : Dma.Transfer(address, lengthBytes, access, attributes, ref state, static (scoped memory, offset, ref state) => state.Give(memory, (int)offset));
        return new DmaProbeResult(DmaProbeResult.Of(status), state.MovedBytes, default);
    }

    private DmaProbeResult Translate(Iova address, IommuAccess access, in DmaAttributes attributes)
    {
        var status = Dma.RequestTranslation(address, access, out var translation, attributes);
        return new DmaProbeResult(DmaProbeResult.Of(status), 0, translation);
    }

    private ref struct MoveState(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;

        public uint MovedBytes { get; private set; }

        public void Take(scoped ReadOnlySpan<byte> memory, int offset)
        {
            memory.CopyTo(_buffer[offset..]);
            MovedBytes += (uint)memory.Length;
        }

        public void Give(scoped Span<byte> memory, int offset)
        {
            _buffer.Slice(offset, memory.Length).CopyTo(memory);
            MovedBytes += (uint)memory.Length;
        }
    }
}
