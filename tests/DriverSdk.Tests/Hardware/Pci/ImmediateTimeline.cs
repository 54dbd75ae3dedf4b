using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>Devices' time in which everything posted happens at once.</summary>
internal sealed class ImmediateTimeline : IDeviceTimeline
{
    public long NowNanoseconds => 0;

    public void Post(IDeviceWork work) => work.Run();

    public void PostAfter(IDeviceWork work, long delayNanoseconds) => work.Run();
}
