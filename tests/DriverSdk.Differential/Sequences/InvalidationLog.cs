using DriverSdk.Differential.Rigs;

namespace DriverSdk.Differential.Sequences;

/// <summary>When each kind of cached entry was dropped last.</summary>
internal sealed class InvalidationLog
{
    private readonly List<(int Step, InvalidationCommand Command)> _done = [];

    /// <summary>Notes a command that the unit has carried out.</summary>
    public void Add(int step, in InvalidationCommand command) => _done.Add((step, command));

    /// <summary>The last step at which a device's context entry of a domain was dropped.</summary>
    public int LastForContext(int source, int domain) => Last(command => SelectsContext(command, source, domain));

    /// <summary>The first step after another at which it was dropped; never is a step too.</summary>
    public int FirstForContext(int source, int domain, int after)
    {
        foreach (var (step, command) in _done)
        {
            if (step > after && SelectsContext(command, source, domain))
                return step;
        }

        return Held<int>.Now;
    }

    /// <summary>The last step at which a leaf was dropped that maps 2^shift bytes around an address.</summary>
    public int LastForLeaf(int domain, ulong address, int shift) => Last(command => Selects(command, domain)
        && (command.Granularity != 3 || Overlaps(command, address >> shift << shift, 1UL << shift)));

    /// <summary>
    /// The last step after which neither a pointer to a table nor anything reached through it could be cached for an address. A cached leaf of this page may have come
    /// through a pointer that was dropped for another page, so only a command that covers this page counts.
    /// </summary>
    public int LastForPointer(int domain, ulong address) => Last(command => Selects(command, domain) && command.LeafOnly == 0
        && (command.Granularity != 3 || Overlaps(command, address >> 12 << 12, 4096)));

    private static bool SelectsContext(in InvalidationCommand command, int source, int domain) => command.Cache == CacheKind.Context && command.Granularity switch
    {
        1 => true,
        2 => command.Domain == domain,
        _ => command.Domain == domain && command.Source == source,
    };

    private static bool Selects(in InvalidationCommand command, int domain) =>
        command.Cache == CacheKind.Iotlb && (command.Granularity == 1 || command.Domain == domain);

    private static bool Overlaps(in InvalidationCommand command, ulong start, ulong length)
    {
        var bytes = 4096UL << command.Mask;
        var first = command.Address & ~(bytes - 1);
        return first < start + length && start < first + bytes;
    }

    private int Last(Func<InvalidationCommand, bool> drops)
    {
        for (var i = _done.Count - 1; i >= 0; i--)
        {
            if (drops(_done[i].Command))
                return _done[i].Step;
        }

        return -1;
    }

    public override string ToString() => string.Concat(_done.Select(done => $" {done.Step}:{done.Command}"));
}
