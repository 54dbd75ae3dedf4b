using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>Status, order and use of a block in one word, so that one compare-and-swap decides who frees it.</summary>
/// <param name="Word">Status in bits 7:0, order in 15:8, kind in 23:16.</param>
internal readonly record struct PageState(int Word)
{
    public PageState(PageStatus status, int order, FreedMemoryKind kind)
        : this((int)status | (order << 8) | ((int)kind << 16))
    {
    }

    public PageStatus Status => (PageStatus)(Word & 0xff);

    public int Order => (Word >> 8) & 0xff;

    public FreedMemoryKind Kind => (FreedMemoryKind)((Word >> 16) & 0xff);
}
