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

    /// <summary>Makes a device's request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="word">What it writes.</param>
    Observation Request(in DeviceRequest request, ulong word);
}
