using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>All requesters seen so far, by source-id. Looking one up takes two loads and no lock; they are never removed.</summary>
/// <remarks>Plain loads suffice: an object published by a release store is whole for whoever reaches it through the reference.</remarks>
internal sealed class RequesterTable
{
    private readonly Requester?[]?[] _buses = new Requester?[256][];
    private readonly Lock _growing = new();

    /// <summary>The requester, or null when it has never asked for anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Requester? Find(Bdf source) => _buses[source.Value >> 8] is { } bus ? bus[source.Value & 0xff] : null;

    /// <summary>The requester, made when it asks for the first time.</summary>
    public Requester GetOrAdd(Bdf source) => Find(source) ?? Add(source);

    /// <summary>Every requester with its id.</summary>
    public IEnumerable<(Bdf Source, Requester Requester)> All()
    {
        for (var source = 0; source <= ushort.MaxValue; source++)
        {
            if (_buses[source >> 8] is null)
                source |= 0xff;
            else if (Find(new Bdf((ushort)source)) is { } requester)
                yield return (new Bdf((ushort)source), requester);
        }
    }

    private Requester Add(Bdf source)
    {
        lock (_growing)
        {
            ref var bus = ref _buses[source.Value >> 8];
            if (bus is null)
                Volatile.Write(ref bus, new Requester?[256]);
            ref var requester = ref bus[source.Value & 0xff];
            if (requester is null)
                Volatile.Write(ref requester, new Requester());
            return requester;
        }
    }
}
