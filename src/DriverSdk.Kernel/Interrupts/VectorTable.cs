using System.Numerics;

namespace DriverSdk.Kernel.Interrupts;

/// <summary>The interrupt vectors of one CPU and the irqs they stand for.</summary>
internal sealed class VectorTable
{
    public const byte First = 0x30;
    public const byte Last = 0xef;
    private readonly IrqDescriptor?[] _descriptors = new IrqDescriptor?[256];

    public IrqDescriptor? this[byte vector]
    {
        get => Volatile.Read(ref _descriptors[vector]);
        set => Volatile.Write(ref _descriptors[vector], value);
    }

    /// <summary>Finds consecutive free vectors; several begin at a multiple of their number rounded up to a power of two, as multi-message MSI needs.</summary>
    public bool TryFindFree(int count, out byte first)
    {
        var alignment = (int)BitOperations.RoundUpToPowerOf2((uint)count);
        for (var start = (First + alignment - 1) / alignment * alignment; start + count - 1 <= Last; start += alignment)
        {
            if (_descriptors.AsSpan(start, count).IndexOfAnyExcept((IrqDescriptor?)null) >= 0)
                continue;
            first = (byte)start;
            return true;
        }

        first = 0;
        return false;
    }
}
