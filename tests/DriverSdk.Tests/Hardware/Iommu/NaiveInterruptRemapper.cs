using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>The slow twin: interrupt remapping written once more from facts/vtd.md 8 with bit positions of its own, without a cache.</summary>
internal sealed class NaiveInterruptRemapper(PhysicalMemory memory, ulong table, int size, bool extended, bool passesCompatibility)
{
    /// <summary>Fault code (0: none), the index it names, whether it is recorded, and what goes out: everything that a CPU sees.</summary>
    public readonly record struct Answer(int Fault, int Index, bool Recorded, bool AsItIs, uint Destination, bool Logical, bool Hint, int Vector, int Delivery);

    public Answer Remap(int requester, ulong address, uint data)
    {
        if (address / 16 % 2 == 0)
            return extended || !passesCompatibility ? new Answer { Fault = 0x25, Recorded = true } : new Answer { AsItIs = true };
        var index = (int)(address / 32 % 32768) + (address / 4 % 2 == 1 ? 32768 : 0);
        var hasSub = address / 8 % 2 == 1;
        if (hasSub)
            index += (int)(data % 65536);
        if (hasSub && data > 65535)
            return new Answer { Fault = 0x20, Index = index % 65536, Recorded = true };
        if (index >= 2 << size)
            return new Answer { Fault = 0x21, Index = index % 65536, Recorded = true };
        if (!memory.TryReadEntry(new PhysAddr(table + (ulong)(index * 16)), out var low) | !memory.TryReadEntry(new PhysAddr(table + (ulong)(index * 16) + 8), out var high))
            return new Answer { Fault = 0x23, Index = index, Recorded = true };
        var fault = Judge(requester, low, high);
        if (fault != 0)
            return new Answer { Fault = fault, Index = index, Recorded = (low & 2) == 0 };
        return new Answer
        {
            Index = index,
            Destination = extended ? (uint)(low >> 32) : (uint)(low >> 40) % 256,
            Logical = (low & 4) != 0,
            Hint = (low & 8) != 0,
            Delivery = (int)(low / 32 % 8),
            Vector = (int)(low / 65536 % 256),
        };
    }

    private int Judge(int requester, ulong low, ulong high)
    {
        if (low % 2 == 0)
            return 0x22;
        if ((low & 0xff00_f000) != 0 || high >> 20 != 0 || high / 0x4_0000 % 4 == 3 || (!extended && (low & 0xffff_00ff_0000_0000) != 0))
            return 0x24;
        var owner = (int)(high % 65536);
        var ignored = new[] { 0, 4, 6, 7 }[high / 65536 % 4];
        return (high / 0x4_0000 % 4) switch
        {
            0 => 0,
            1 => (requester | ignored) == (owner | ignored) ? 0 : 0x26,
            _ => requester / 256 >= owner / 256 && requester / 256 <= owner % 256 ? 0 : 0x26,
        };
    }
}
