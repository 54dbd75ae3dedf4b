using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Kernel.Scheduling;

/// <summary>Device work made of an action.</summary>
internal sealed class Work(Action action, string name = "work") : IDeviceWork
{
    public string Name => name;

    public void Run() => action();
}
