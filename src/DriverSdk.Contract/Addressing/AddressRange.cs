namespace DriverSdk.Contract.Addressing;

/// <summary>A run of bytes in one address space, kept as start and length so that the top page of a 64-bit space needs no special case.</summary>
/// <remarks>The default value is the empty range at address zero.</remarks>
/// <typeparam name="TAddress">The address space.</typeparam>
public readonly record struct AddressRange<TAddress>
    where TAddress : struct, IAddress<TAddress>
{
    /// <summary>Makes the range of <paramref name="lengthBytes"/> bytes that begins at <paramref name="start"/>.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="lengthBytes">Length in bytes; the last byte must not lie past 2^64-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range would wrap around the top of the address space.</exception>
    public AddressRange(TAddress start, ulong lengthBytes)
    {
        if (lengthBytes != 0 && start.Value > ulong.MaxValue - (lengthBytes - 1))
            throw new ArgumentOutOfRangeException(nameof(lengthBytes), lengthBytes,
                $"A range starting at {start} may hold at most 0x{(ulong.MaxValue - start.Value) + 1:x} bytes; shorten it or start it lower.");
        Start = start;
        LengthBytes = lengthBytes;
    }

    /// <summary>First byte.</summary>
    public TAddress Start { get; }

    /// <summary>Length in bytes.</summary>
    public ulong LengthBytes { get; }

    /// <summary>Whether the range holds no byte.</summary>
    public bool IsEmpty => LengthBytes == 0;

    /// <summary>Last byte, inclusive. For an empty range it is the start.</summary>
    public TAddress Last => IsEmpty ? Start : TAddress.FromValue(Start.Value + (LengthBytes - 1));

    /// <summary>Whether <paramref name="address"/> lies in the range.</summary>
    public bool Contains(TAddress address) => address.Value - Start.Value < LengthBytes && address >= Start;

    /// <summary>Whether every byte of <paramref name="other"/> lies in the range; an empty range lies in none.</summary>
    public bool Contains(AddressRange<TAddress> other) => !other.IsEmpty && Contains(other.Start) && Contains(other.Last);

    /// <summary>Whether the two ranges share at least one byte.</summary>
    public bool Overlaps(AddressRange<TAddress> other) =>
        !IsEmpty && !other.IsEmpty && Start <= other.Last && other.Start <= Last;

    /// <summary>The range as <c>[start, +length)</c>.</summary>
    public override string ToString() => $"[{Start}, +0x{LengthBytes:x})";
}
