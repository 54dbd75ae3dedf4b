using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>CPUs that remember which vectors were latched, in order.</summary>
internal sealed class RecordingSink : IInterruptSink
{
    private readonly Lock _lock = new();
    private readonly List<(uint ApicId, byte Vector)> _raised = [];

    public void Raise(uint apicId, byte vector)
    {
        lock (_lock)
            _raised.Add((apicId, vector));
    }

    /// <summary>All since the last call.</summary>
    public (uint ApicId, byte Vector)[] Take()
    {
        lock (_lock)
        {
            var all = _raised.ToArray();
            _raised.Clear();
            return all;
        }
    }
}
