namespace DriverSdk.Kernel.Scheduling;

/// <summary>Where a host thread waits for its turn. One <see cref="Open"/> lets one <see cref="Wait"/> through, in either order.</summary>
internal sealed class HostGate
{
    private readonly SemaphoreSlim _turns = new(0);

    public void Open() => _turns.Release();

    public void Wait() => _turns.Wait();
}
