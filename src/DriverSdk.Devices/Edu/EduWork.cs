using DriverSdk.Contract.Ports;

namespace DriverSdk.Devices.Edu;

/// <summary>A piece of the device's work. A reset makes a new one, so that what was posted before finds itself out of date.</summary>
/// <param name="name">Name for traces and schedules.</param>
/// <param name="action">What it does; it is handed the work itself.</param>
internal sealed class EduWork(string name, Action<EduWork> action) : IDeviceWork
{
    public string Name => name;

    public void Run() => action(this);
}
