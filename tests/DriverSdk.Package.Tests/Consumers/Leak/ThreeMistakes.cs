using DriverSdk.Kernel;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;

namespace Leak;

/// <summary>Three mistakes that the build must find.</summary>
public sealed class ThreeMistakes(Device device)
{
    private readonly Spinlock _lock = new("three-mistakes");
    private readonly StaticKey _tracing = new("tracing");

    public Errno LeakOnTheErrorPath(KernelBuffer buffer, ulong expected)
    {
        if (!device.Dma.TryMap<ToDevice>(buffer, out var loan))
            return Errno.NoMemory;
        if (loan.LengthBytes != expected)
            return Errno.Invalid;
        loan.Unmap();
        return Errno.Success;
    }

    public Errno FreeWhileTheDeviceCanWrite()
    {
        var buffer = device.Kernel.Memory.Kmalloc(4096, Gfp.Kernel);
        if (buffer.IsNull)
            return Errno.NoMemory;
        if (!device.Dma.TryMap<FromDevice>(buffer, out var loan))
        {
            device.Kernel.Memory.Kfree(buffer);
            return Errno.NoMemory;
        }

        device.Kernel.Memory.Kfree(buffer);
        loan.Unmap();
        return Errno.Success;
    }

    public void SwitchAKeyUnderASpinlock()
    {
        using (_lock.HoldIrqSave())
            _tracing.Enable();
    }
}
