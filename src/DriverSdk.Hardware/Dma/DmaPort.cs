using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Hardware.Dma;

/// <summary>An endpoint's way into memory: every byte it moves goes through here, page by page through the remapping unit where there is one.</summary>
/// <remarks>
/// Any thread may call; transfers of one endpoint take turns, those of different endpoints share no lock. A transfer needs bus mastering on the function and on each bridge
/// above. It never throws for an address: a refused page ends it, the bytes before have landed, and the unit has recorded the fault. A 32-bit aligned write into
/// 0xFEE00000 to 0xFEEFFFFF is a message interrupt: not translated, but remapped where the unit remaps interrupts; anything else there is refused. Peer-to-peer transfers are not modelled: only RAM answers.
/// </remarks>
public sealed partial class DmaPort
{
    // Longer runs are handed over in pieces, because a span counts its bytes in 31 bits.
    private const ulong MaxRunBytes = 1UL << 30;

    private readonly PciFunction _function;
    private readonly RequesterSlot _slot = new();
    private RootComplex? _root;
    private PhysicalMemory? _memory;
    private IDmaRemapper? _remapper;

    internal DmaPort(PciFunction function) => _function = function;

    /// <summary>Bytes moved to and from RAM so far; written inside the slot, so by one thread at a time.</summary>
    internal ulong BytesMoved { get; private set; }

    /// <summary>Reads memory.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="destination">Receives the bytes; after a refusal it holds those before it.</param>
    /// <returns>How it ended.</returns>
    public DmaStatus Read(Iova start, Span<byte> destination)
    {
        var state = new ReadState(destination);
        return Transfer(start, (ulong)destination.Length, IommuAccess.Read, ref state,
            static (scoped memory, offset, ref state) => memory.CopyTo(state.Destination[(int)offset..]));
    }

    /// <summary>Writes memory.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="source">The bytes; after a refusal those before it have landed.</param>
    /// <returns>How it ended.</returns>
    public DmaStatus Write(Iova start, ReadOnlySpan<byte> source)
    {
        var state = new WriteState(source);
        return Transfer(start, (ulong)source.Length, IommuAccess.Write, ref state,
            static (scoped memory, offset, ref state) => state.Source.Slice((int)offset, memory.Length).CopyTo(memory));
    }

    /// <summary>Moves bytes without a copy of their own: <paramref name="action"/> gets RAM itself, one call for each physically contiguous run.</summary>
    /// <typeparam name="TState">What the device carries through the runs; may be a <c>ref struct</c>.</typeparam>
    /// <param name="start">First byte.</param>
    /// <param name="lengthBytes">Bytes to move; zero succeeds without looking at anything.</param>
    /// <param name="access"><see cref="IommuAccess.Read"/> when the device reads memory, <see cref="IommuAccess.Write"/> when it writes; not both.</param>
    /// <param name="state">Handed to each call.</param>
    /// <param name="action">Moves the bytes of one run; a static lambda, so that nothing is allocated.</param>
    /// <returns>How it ended; runs before a refusal have been handed over.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="access"/> is neither read nor write.</exception>
    public DmaStatus Transfer<TState>(Iova start, ulong lengthBytes, IommuAccess access, ref TState state, DmaChunk<TState> action)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(action);
        if (access is not (IommuAccess.Read or IommuAccess.Write))
            ThrowBothWays(access);
        if (lengthBytes == 0)
            return DmaStatus.Success;
        if (!_function.MayMasterBus || _memory is null)
            return DmaStatus.UnsupportedRequest;

        if (IsMessageAddress(start))
            return SendMessage(start, lengthBytes, access, ref state, action);
        var allowedBytes = BytesBeforeWindow(start, lengthBytes);
        var status = Move(start, allowedBytes, access, ref state, action);
        return allowedBytes == lengthBytes ? status : DmaStatus.UnsupportedRequest;
    }

    /// <summary>Connects the port to the machine when its function is attached.</summary>
    internal void Connect(RootComplex root)
    {
        var remapper = root.RemapperOf(_function);
        remapper?.Watch(_slot);
        root.AddPort(this);
        _root = root;
        _memory = root.Memory;
        _remapper = remapper;
    }

    /// <summary>Takes the port off the machine; it must be idle.</summary>
    internal void Disconnect()
    {
        _remapper?.Unwatch(_slot);
        _root = null;
        _memory = null;
        _remapper = null;
    }

    // The end of the address space bounds a transfer as the message window does: a request that wraps is nobody's.
    private static ulong BytesBeforeWindow(Iova start, ulong lengthBytes)
    {
        var last = start.Value < InterruptMessage.WindowStart ? InterruptMessage.WindowStart - 1 : ulong.MaxValue;
        return lengthBytes - 1 <= last - start.Value ? lengthBytes : (last - start.Value) + 1;
    }

    private static void ThrowBothWays(IommuAccess access) =>
        throw new ArgumentOutOfRangeException(nameof(access), access, "A transfer goes one way; give IommuAccess.Read or IommuAccess.Write.");

    private DmaStatus Move<TState>(Iova start, ulong lengthBytes, IommuAccess access, ref TState state, DmaChunk<TState> action)
        where TState : allows ref struct
    {
        var source = _function.RequesterId;
        var done = 0UL;
        var run = default(TranslatedPage);
        _slot.Enter();
        try
        {
            while (done + run.LengthBytes < lengthBytes)
            {
                var next = done + run.LengthBytes;
                if (!TryTranslate(source, new Iova(start.Value + next), lengthBytes - next, access, out var piece))
                    break;
                if (TryExtend(ref run, piece))
                    continue;
                action(_memory!.Span(run.Address, (int)run.LengthBytes), done, ref state);
                done += run.LengthBytes;
                run = piece;
            }

            if (run.LengthBytes != 0)
                action(_memory!.Span(run.Address, (int)run.LengthBytes), done, ref state);
            done += run.LengthBytes;
            BytesMoved += done;
            return done == lengthBytes ? DmaStatus.Success : DmaStatus.UnsupportedRequest;
        }
        finally
        {
            _slot.Exit();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryExtend(ref TranslatedPage run, in TranslatedPage piece)
    {
        if (run.LengthBytes == 0)
        {
            run = piece;
            return true;
        }

        if (piece.Address.Value != run.Address.Value + run.LengthBytes || run.LengthBytes + piece.LengthBytes > MaxRunBytes)
            return false;
        run = new TranslatedPage(run.Address, run.LengthBytes + piece.LengthBytes);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTranslate(Bdf source, Iova address, ulong wantedBytes, IommuAccess access, out TranslatedPage piece)
    {
        if (_remapper is null)
            piece = new TranslatedPage(new PhysAddr(address.Value), wantedBytes);
        else if (!_remapper.TryTranslate(source, address, access, out piece))
            return false;
        return TryKeepWithinRam(ref piece, wantedBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryKeepWithinRam(ref TranslatedPage piece, ulong wantedBytes)
    {
        var lengthBytes = Math.Min(Math.Min(piece.LengthBytes, wantedBytes), MaxRunBytes);
        if (!_memory!.Contains(piece.Address, lengthBytes))
            lengthBytes = RamBytesFrom(piece.Address, lengthBytes);
        piece = new TranslatedPage(piece.Address, lengthBytes);
        return lengthBytes != 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong RamBytesFrom(PhysAddr address, ulong wantedBytes)
    {
        var layout = _memory!.Layout;
        foreach (var ram in (ReadOnlySpan<AddressRange<PhysAddr>>)[layout.LowRam, layout.HighRam])
        {
            if (ram.Contains(address))
                return Math.Min(wantedBytes, ram.LengthBytes - (address - ram.Start));
        }

        return 0;
    }

    // Outside the slot: a message touches no translated page, and the CPU that takes it may be the one whose invalidation drains this requester.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DmaStatus SendMessage<TState>(Iova start, ulong lengthBytes, IommuAccess access, ref TState state, DmaChunk<TState> action)
        where TState : allows ref struct
    {
        if (access != IommuAccess.Write || lengthBytes != sizeof(uint) || start.Value % sizeof(uint) != 0)
        {
            _remapper?.ReportMalformed(_function.RequesterId);
            return DmaStatus.UnsupportedRequest;
        }

        Span<byte> data = stackalloc byte[sizeof(uint)];
        action(data, 0, ref state);
        var message = new InterruptMessage(new PhysAddr(start.Value), BinaryPrimitives.ReadUInt32LittleEndian(data));
        return _root!.Router.Deliver(_function.RequesterId, message, _remapper) ? DmaStatus.Success : DmaStatus.UnsupportedRequest;
    }

    private readonly ref struct ReadState(Span<byte> destination)
    {
        public Span<byte> Destination { get; } = destination;
    }

    private readonly ref struct WriteState(ReadOnlySpan<byte> source)
    {
        public ReadOnlySpan<byte> Source { get; } = source;
    }
}
