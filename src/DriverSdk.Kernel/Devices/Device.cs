using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Dma;

namespace DriverSdk.Kernel.Devices;

/// <summary>A device as the kernel knows it. Linux: <c>struct device</c>.</summary>
[AnyContext]
public abstract class Device
{
    private protected Device(KernelInstance kernel, string name)
    {
        Kernel = kernel;
        Name = name;
    }

    /// <summary>The name that reports use, such as <c>0000:01:00.0</c>.</summary>
    public string Name { get; }

    /// <summary>The name of the bound driver, or null while none is bound.</summary>
    public string? DriverName { get; internal set; }

    /// <summary>The kernel this device belongs to.</summary>
    public KernelInstance Kernel { get; }

    /// <summary>What is released by itself, last taken first, when probe fails or after remove returns. Linux: devres.</summary>
    public ManagedResources Managed { get; } = new();

    /// <summary>What the driver lends memory to the device with.</summary>
    /// <exception cref="InvalidOperationException">The device does no DMA: it was never attached to the IOMMU core.</exception>
    public DmaApi Dma => DmaOrNull ?? throw new InvalidOperationException($"Device '{Name}' does no DMA; attach it to the IOMMU core before its driver is probed.");

    /// <summary>The DMA API, or null for a device that got no domain.</summary>
    internal DmaApi? DmaOrNull { get; set; }

    /// <summary>The device and its driver, as reports print them.</summary>
    public override string ToString() => DriverName is null ? Name : $"{DriverName} {Name}";
}
