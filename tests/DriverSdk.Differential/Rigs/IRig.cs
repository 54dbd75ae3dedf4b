using DriverSdk.Differential.Twin;

namespace DriverSdk.Differential.Rigs;

/// <summary>A machine under comparison: memory, a remapping unit with its root table at <see cref="MemoryMap.Root"/>, and devices that read and write eight bytes.</summary>
internal interface IRig : IDisposable
{
    /// <summary>Who it is, for reports.</summary>
    string Name { get; }

    /// <summary>What its unit offers.</summary>
    UnitShape Shape { get; }

    /// <summary>Writes words of memory, in order.</summary>
    void Write(IReadOnlyList<KeyValuePair<ulong, ulong>> words);

    /// <summary>Reads a word of memory.</summary>
    ulong Read(ulong place);

    /// <summary>Gives the unit a command through its queue and waits for it.</summary>
    void Invalidate(in InvalidationCommand command);

    /// <summary>What the next request that writes will write; not zero.</summary>
    ulong NextWord { get; }

    /// <summary>Where it is known to go its own way.</summary>
    KnownDeviations Deviations { get; }

    /// <summary>Makes a device's request; what a read brings comes with <see cref="TakeReads"/>.</summary>
    Observation Request(in DeviceRequest request);

    /// <summary>What the reads since the last call brought, in their order; anything for those that were refused.</summary>
    /// <remarks>Apart from the requests, because a device's buffer can only be looked at by another transfer, with translation off.</remarks>
    IReadOnlyList<ulong> TakeReads();
}
