using System.Numerics;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Pci;

/// <summary>The MSI-X table and pending bits, as a BAR shows them.</summary>
/// <remarks>Messages are sent outside the lock. Accesses narrower than 32 bits read parts and write nothing.</remarks>
internal sealed class MsixTable : IMmioTarget
{
    private const int DwordsPerEntry = MsixLayout.EntryBytes / sizeof(uint);
    private const int ControlDword = MsixLayout.EntryControl / sizeof(uint);
    private const ulong MinBarBytes = 4096;

    private readonly Lock _lock = new();
    private readonly DmaPort _port;
    private readonly uint[] _entries;
    private readonly uint[] _pending;
    private bool _isOpen;

    public MsixTable(DmaPort port, int vectorCount)
    {
        _port = port;
        VectorCount = vectorCount;
        _entries = new uint[vectorCount * DwordsPerEntry];
        _pending = new uint[((vectorCount + 63) / 64) * 2];
        var tableBytes = BitOperations.RoundUpToPowerOf2((uint)(vectorCount * MsixLayout.EntryBytes));
        BarBytes = Math.Max(MinBarBytes, 2UL * tableBytes);
        PendingOffset = (uint)(BarBytes / 2);
        MaskAll();
    }

    /// <summary>Vectors.</summary>
    public int VectorCount { get; }

    /// <summary>Size of the BAR that holds both: table in the lower half, pending bits in the upper.</summary>
    public ulong BarBytes { get; }

    /// <summary>Offset of the pending bits.</summary>
    public uint PendingOffset { get; }

    /// <summary>Sends a vector, or marks it pending while it or the function is masked.</summary>
    public void Send(int vector)
    {
        (ulong Address, uint Data) message;
        lock (_lock)
        {
            if (!_isOpen || IsMasked(vector))
            {
                _pending[vector / 32] |= 1U << (vector % 32);
                return;
            }

            message = EntryOf(vector);
        }

        MessageSender.Send(_port, message.Address, message.Data);
    }

    /// <summary>Opens or closes the function as a whole; opening delivers what is pending and not masked.</summary>
    public void SetGate(MsixGate gate)
    {
        lock (_lock)
            _isOpen = gate == MsixGate.Open;
        for (var vector = 0; vector < VectorCount; vector++)
            SendIfDue(vector);
    }

    /// <summary>Masks all vectors and forgets pending ones.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _isOpen = false;
            Array.Clear(_entries);
            Array.Clear(_pending);
            MaskAll();
        }
    }

    /// <inheritdoc/>
    public ulong Read(ulong offset, AccessWidth width)
    {
        lock (_lock)
        {
            var low = ReadDword(offset & ~3UL);
            if (width == AccessWidth.QuadWord)
                return low | ((ulong)ReadDword(offset + 4) << 32);
            return (low >> (int)((offset & 3) * 8)) & width.AllOnes();
        }
    }

    /// <inheritdoc/>
    public void Write(ulong offset, ulong value, AccessWidth width)
    {
        if (width < AccessWidth.DoubleWord || offset >= (ulong)_entries.Length * sizeof(uint))
            return;
        var dword = (int)(offset / sizeof(uint));
        lock (_lock)
        {
            WriteDword(dword, (uint)value);
            if (width == AccessWidth.QuadWord)
                WriteDword(dword + 1, (uint)(value >> 32));
        }

        SendIfDue(dword / DwordsPerEntry);
    }

    private void WriteDword(int dword, uint value) => _entries[dword] = (dword % DwordsPerEntry) switch
    {
        MsixLayout.EntryAddressLow / sizeof(uint) => value & ~3u,
        ControlDword => value & MsixLayout.EntryMasked,
        _ => value,
    };

    private uint ReadDword(ulong offset)
    {
        var dword = offset / sizeof(uint);
        if (dword < (ulong)_entries.Length)
            return _entries[dword];
        var pending = dword - (PendingOffset / sizeof(uint));
        return pending < (ulong)_pending.Length ? _pending[pending] : 0;
    }

    private void SendIfDue(int vector)
    {
        (ulong Address, uint Data) message;
        lock (_lock)
        {
            var bit = 1U << (vector % 32);
            if (!_isOpen || IsMasked(vector) || (_pending[vector / 32] & bit) == 0)
                return;
            _pending[vector / 32] &= ~bit;
            message = EntryOf(vector);
        }

        MessageSender.Send(_port, message.Address, message.Data);
    }

    // Under the lock that found the entry open: what is sent is what was unmasked then, not what a writer has made of it since.
    private (ulong Address, uint Data) EntryOf(int vector)
    {
        var first = vector * DwordsPerEntry;
        return (_entries[first] | ((ulong)_entries[first + 1] << 32), _entries[first + 2]);
    }

    private bool IsMasked(int vector) => (_entries[(vector * DwordsPerEntry) + ControlDword] & MsixLayout.EntryMasked) != 0;

    private void MaskAll()
    {
        for (var vector = 0; vector < VectorCount; vector++)
            _entries[(vector * DwordsPerEntry) + ControlDword] = MsixLayout.EntryMasked;
    }
}
