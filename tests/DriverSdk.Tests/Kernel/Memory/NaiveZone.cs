namespace DriverSdk.Tests.Kernel.Memory;

/// <summary>The slow twin of a zone: one flag per page. A block exists when an aligned run of free pages does; that is all a buddy allocator promises.</summary>
internal sealed class NaiveZone(ulong firstFrame, ulong endFrame)
{
    private readonly bool[] _isFree = new bool[endFrame - firstFrame];

    public int FreeCount => _isFree.Count(isFree => isFree);

    public bool Holds(ulong frame) => frame >= firstFrame && frame < endFrame;

    public void Give(ulong frame, ulong count)
    {
        for (var page = frame; page < frame + count; page++)
        {
            Assert.IsFalse(_isFree[page - firstFrame], $"frame {page:x} is free twice");
            _isFree[page - firstFrame] = true;
        }
    }

    public void Take(ulong frame, ulong count)
    {
        Assert.AreEqual(0UL, frame % count, $"a block of {count} at {frame:x} is not aligned");
        for (var page = frame; page < frame + count; page++)
        {
            Assert.IsTrue(_isFree[page - firstFrame], $"frame {page:x} is taken twice");
            _isFree[page - firstFrame] = false;
        }
    }

    public bool CanTake(ulong count)
    {
        for (var frame = (firstFrame + count - 1) / count * count; frame + count <= endFrame; frame += count)
        {
            if (_isFree.AsSpan((int)(frame - firstFrame), (int)count).IndexOf(false) < 0)
                return true;
        }

        return false;
    }
}
