using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Hardware.Dma;

public sealed partial class DmaPort
{
    /// <summary>Reads memory with a request that says more of itself.</summary>
    /// <param name="start">First byte; a physical address when the attributes say that it is translated.</param>
    /// <param name="destination">Receives the bytes; after a refusal it holds those before it.</param>
    /// <param name="attributes">What the request says.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">The attributes are those of a translation request; use <see cref="RequestTranslation"/>.</exception>
    public DmaStatus Read(Iova start, Span<byte> destination, in DmaAttributes attributes)
    {
        var state = new ReadState(destination);
        return Transfer(start, (ulong)destination.Length, IommuAccess.Read, attributes, ref state,
            static (scoped memory, offset, ref state) => memory.CopyTo(state.Destination[(int)offset..]));
    }

    /// <summary>Writes memory with a request that says more of itself.</summary>
    /// <param name="start">First byte; a physical address when the attributes say that it is translated.</param>
    /// <param name="source">The bytes; after a refusal those before it have landed.</param>
    /// <param name="attributes">What the request says.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">The attributes are those of a translation request; use <see cref="RequestTranslation"/>.</exception>
    public DmaStatus Write(Iova start, ReadOnlySpan<byte> source, in DmaAttributes attributes)
    {
        var state = new WriteState(source);
        return Transfer(start, (ulong)source.Length, IommuAccess.Write, attributes, ref state,
            static (scoped memory, offset, ref state) => state.Source.Slice((int)offset, memory.Length).CopyTo(memory));
    }

    /// <summary>Moves bytes in place with a request that says more of itself: one call for each translated page, or for each run where the request is ordinary.</summary>
    /// <remarks>A request with a PASID is never a message: its address is translated also in the interrupt range.</remarks>
    /// <typeparam name="TState">What the device carries through the calls; may be a <c>ref struct</c>.</typeparam>
    /// <param name="start">First byte; a physical address when the attributes say that it is translated.</param>
    /// <param name="lengthBytes">Bytes to move; zero succeeds without looking at anything.</param>
    /// <param name="access"><see cref="IommuAccess.Read"/> when the device reads memory, <see cref="IommuAccess.Write"/> when it writes; not both.</param>
    /// <param name="attributes">What the request says.</param>
    /// <param name="state">Handed to each call.</param>
    /// <param name="action">Moves the bytes; a static lambda, so that nothing is allocated.</param>
    /// <returns>How it ended; what came before a refusal has been handed over.</returns>
    /// <exception cref="ArgumentException">The access is neither read nor write, or the attributes are those of a translation request.</exception>
    public DmaStatus Transfer<TState>(
        Iova start, ulong lengthBytes, IommuAccess access, in DmaAttributes attributes, ref TState state, DmaChunk<TState> action)
        where TState : allows ref struct
    {
        if (attributes.IsOrdinary)
            return Transfer(start, lengthBytes, access, ref state, action);
        ArgumentNullException.ThrowIfNull(action);
        if (access is not (IommuAccess.Read or IommuAccess.Write))
            ThrowBothWays(access);
        RequireTransfer(attributes);
        if (lengthBytes == 0)
            return DmaStatus.Success;
        if (!_function.MayMasterBus || _memory is null)
            return DmaStatus.UnsupportedRequest;
        var reachableBytes = Math.Min(lengthBytes - 1, ulong.MaxValue - start.Value) + 1;
        var status = MovePages(start, reachableBytes, access, attributes, ref state, action);
        return reachableBytes == lengthBytes ? status : DmaStatus.UnsupportedRequest;
    }

    /// <summary>Reads no byte: the request is judged as a read of its page is, but no data moves. A device uses it to see earlier writes land.</summary>
    /// <remarks>Where CAP.ZLR is set it succeeds on a page that may only be written. Source: facts/vtd.md 3.</remarks>
    /// <param name="start">Any byte of the page.</param>
    /// <param name="attributes">What else the request says.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">The attributes are those of a translation request; use <see cref="RequestTranslation"/>.</exception>
    public DmaStatus ReadNothing(Iova start, in DmaAttributes attributes = default)
    {
        RequireTransfer(attributes);
        if (!_function.MayMasterBus || _memory is null)
            return DmaStatus.UnsupportedRequest;
        if (attributes.IsOrdinary && IsMessageAddress(start))
        {
            _remapper?.ReportMalformed(_function.RequesterId);
            return DmaStatus.UnsupportedRequest;
        }

        _slot.Enter();
        try
        {
            var isAllowed = _remapper is null && attributes.IsOrdinary
                ? RamBytesFrom(new PhysAddr(start.Value), wantedBytes: 1) != 0
                : TryTranslate(start, wantedBytes: 1, IommuAccess.None, attributes, out _);
            return isAllowed ? DmaStatus.Success : DmaStatus.UnsupportedRequest;
        }
        finally
        {
            _slot.Exit();
        }
    }

    /// <summary>Asks the remapping unit what an address translates to (ATS), so that the device can keep the answer.</summary>
    /// <remarks>
    /// A page that is absent, or that allows nothing of what is wanted, is an answer: success with nothing granted, and no fault. Refused are requests of functions that may
    /// not ask, and those that meet broken tables; the unit records these. Without a unit, or while it does not translate, nobody answers.
    /// </remarks>
    /// <param name="address">Any byte of the page.</param>
    /// <param name="access">What the device wants to do there; <see cref="IommuAccess.Read"/> also says that it will not write.</param>
    /// <param name="translation">The page and what is granted.</param>
    /// <param name="attributes">What else the request says; its address type is taken as that of a translation request.</param>
    /// <returns>Success when there is an answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="access"/> asks for nothing.</exception>
    public DmaStatus RequestTranslation(Iova address, IommuAccess access, out DmaTranslation translation, in DmaAttributes attributes = default)
    {
        if (access is not (IommuAccess.Read or IommuAccess.Write or IommuAccess.ReadWrite))
            throw new ArgumentOutOfRangeException(nameof(access), access, "A translation is asked for reading, writing or both; give one of these.");
        translation = default;
        if (!_function.MayMasterBus || _remapper is null)
            return DmaStatus.UnsupportedRequest;
        var request = attributes with { AddressType = RequestAddressType.TranslationRequest };
        _slot.Enter();
        try
        {
            return _remapper.TryAnswer(_function.RequesterId, address, access, request, out translation) ? DmaStatus.Success : DmaStatus.UnsupportedRequest;
        }
        finally
        {
            _slot.Exit();
        }
    }

    private static bool IsMessageAddress(Iova address) => address.Value - InterruptMessage.WindowStart < InterruptMessage.WindowBytes;

    private static void RequireTransfer(in DmaAttributes attributes)
    {
        if (attributes.AddressType is not (RequestAddressType.Untranslated or RequestAddressType.Translated))
            throw new ArgumentException(
                $"A transfer was given address type {attributes.AddressType}; give Untranslated or Translated, or ask with {nameof(RequestTranslation)}.", nameof(attributes));
    }

    private DmaStatus MovePages<TState>(
        Iova start, ulong lengthBytes, IommuAccess access, in DmaAttributes attributes, ref TState state, DmaChunk<TState> action)
        where TState : allows ref struct
    {
        var done = 0UL;
        _slot.Enter();
        try
        {
            while (done < lengthBytes && TryTranslate(new Iova(start.Value + done), lengthBytes - done, access, attributes, out var piece))
            {
                action(_memory!.Span(piece.Address, (int)piece.LengthBytes), done, ref state);
                done += piece.LengthBytes;
            }

            BytesMoved += done;
            return done == lengthBytes ? DmaStatus.Success : DmaStatus.UnsupportedRequest;
        }
        finally
        {
            _slot.Exit();
        }
    }

    // Without a unit nobody on the way to memory knows PASIDs or translated addresses.
    private bool TryTranslate(Iova address, ulong wantedBytes, IommuAccess access, in DmaAttributes attributes, out TranslatedPage piece)
    {
        piece = default;
        return _remapper is not null
            && _remapper.TryTranslate(_function.RequesterId, address, access, attributes, out piece)
            && TryKeepWithinRam(ref piece, wantedBytes);
    }
}
