namespace DriverSdk.Devices.Edu;

/// <summary>The four registers that describe a transfer.</summary>
/// <param name="Source">Where the bytes come from: a memory address, or one in the buffer.</param>
/// <param name="Destination">Where they go, the other kind of address.</param>
/// <param name="Count">How many, in bytes.</param>
/// <param name="Command">What the command register holds.</param>
internal readonly record struct EduTransfer(ulong Source, ulong Destination, ulong Count, ulong Command)
{
    /// <summary>Command: start; reads one until the transfer has ended.</summary>
    public const ulong Start = 0x1;

    /// <summary>Command: out of the buffer into memory.</summary>
    public const ulong ToMemory = 0x2;

    /// <summary>Command: interrupt when the transfer has ended.</summary>
    public const ulong InterruptAtEnd = 0x4;

    /// <summary>Whether it has started and not ended.</summary>
    public bool IsRunning => (Command & Start) != 0;

    /// <summary>Whether it writes memory.</summary>
    public bool IsToMemory => (Command & ToMemory) != 0;

    /// <summary>The address on the bus, before the mask.</summary>
    public ulong MemoryAddress => IsToMemory ? Destination : Source;

    private ulong BufferAddress => IsToMemory ? Source : Destination;

    /// <summary>Finds the bytes in the buffer; false when they do not all lie in it.</summary>
    public bool TryFindInBuffer(out int offset, out int lengthBytes)
    {
        var start = BufferAddress - EduDevice.BufferStart;
        var fits = start <= EduDevice.BufferBytes && Count <= EduDevice.BufferBytes - start;
        (offset, lengthBytes) = fits ? ((int)start, (int)Count) : (0, 0);
        return fits;
    }
}
