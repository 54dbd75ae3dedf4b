namespace DriverSdk.Contract.Ports;

/// <summary>A piece of a device's own activity, such as executing what its queues hold. Kept by the device and posted again and again, so posting allocates nothing.</summary>
public interface IDeviceWork
{
    /// <summary>Name for traces and schedules, such as <c>nvme0.execute</c>.</summary>
    string Name { get; }

    /// <summary>Does the work. Called outside any device lock, never twice at once for the same object. Must not throw: a device's illegal access is a recorded fault.</summary>
    void Run();
}
