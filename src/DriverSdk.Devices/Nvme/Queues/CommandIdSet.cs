namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>The ids of a queue's outstanding commands: one bit for each possible id, so that a conflict costs one look.</summary>
internal sealed class CommandIdSet
{
    private readonly ulong[] _words = new ulong[(ushort.MaxValue + 1) / 64];

    /// <summary>Adds an id; false when it is there already.</summary>
    public bool TryAdd(ushort id)
    {
        ref var word = ref _words[id / 64];
        var bit = 1UL << (id % 64);
        if ((word & bit) != 0)
            return false;
        word |= bit;
        return true;
    }

    /// <summary>Removes an id.</summary>
    public void Remove(ushort id) => _words[id / 64] &= ~(1UL << (id % 64));
}
