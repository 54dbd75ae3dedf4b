using DriverSdk.Contract.Ports;

namespace DriverSdk.Cli.Machines;

/// <summary>The CPUs of a machine that has none: it writes down which vectors arrived, until the client asks.</summary>
internal sealed class InterruptLog : IInterruptSink
{
    /// <summary>Interrupts kept; later ones are counted only.</summary>
    public const int Capacity = 4096;

    private readonly Lock _lock = new();
    private readonly List<(uint ApicId, byte Vector)> _arrived = [];
    private long _lost;

    /// <inheritdoc/>
    public void Raise(uint apicId, byte vector)
    {
        lock (_lock)
        {
            if (_arrived.Count < Capacity)
                _arrived.Add((apicId, vector));
            else
                _lost++;
        }
    }

    /// <summary>Hands out what arrived since the last call, in order, and how many more there were.</summary>
    public (IReadOnlyList<(uint ApicId, byte Vector)> Arrived, long Lost) Take()
    {
        lock (_lock)
        {
            var taken = (_arrived.ToArray(), _lost);
            _arrived.Clear();
            _lost = 0;
            return taken;
        }
    }
}
