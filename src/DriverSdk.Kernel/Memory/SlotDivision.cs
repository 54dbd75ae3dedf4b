namespace DriverSdk.Kernel.Memory;

/// <summary>Division of an offset inside a slab by the object size, as a multiplication; exact for the offsets and sizes that slabs have.</summary>
internal readonly struct SlotDivision(int objectBytes)
{
    private readonly ulong _reciprocal = ((1UL << 32) / (uint)objectBytes) + 1;

    /// <summary>The index of the object that holds the byte.</summary>
    /// <param name="offset">0 to 32767.</param>
    public int IndexOf(int offset) => (int)(((uint)offset * _reciprocal) >> 32);
}
