using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Pci;

/// <summary>The PCI bus as the kernel runs it: the functions found at boot, the drivers registered, and who drives what.</summary>
public sealed class PciCore
{
    private readonly KernelInstance _kernel;
    // Probe and remove may sleep, and two tasks that register at once must not bind one function twice. Linux: device_lock().
    private readonly KernelMutex _binding = new("pci.binding");
    private readonly List<PciDriver> _drivers = [];
    private readonly List<PciDevice> _devices = [];

    internal PciCore(KernelInstance kernel) => _kernel = kernel;

    /// <summary>The functions found at boot, in bus order; the host bridge is one of them, bridges to other buses are not.</summary>
    [AnyContext]
    public IReadOnlyList<PciDevice> Devices => _devices;

    /// <summary>Registers a driver and probes every function that it matches and nobody drives. Linux: <c>pci_register_driver()</c>.</summary>
    /// <param name="driver">The driver; registering it twice is refused.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>
    /// The first error a probe returned, or success. After an error the driver stays registered all the same, and drives what it could be bound to: unregister it to give up.
    /// </returns>
    /// <exception cref="InvalidOperationException">The driver is registered already.</exception>
    [MaySleep]
    public Errno RegisterDriver(PciDriver driver, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(driver);
        MightSleep.Check("PciCore.RegisterDriver", file, line);
        using var held = _binding.Hold(file, line);
        if (_drivers.Contains(driver))
            throw new InvalidOperationException($"Driver {driver.Name} is registered already; register one object for each driver.");
        _drivers.Add(driver);

        var result = Errno.Success;
        foreach (var device in _devices)
        {
            if (device.Driver is not null || !driver.Ids.Any(id => id.Matches(device)))
                continue;
            var probed = device.Bind(driver);
            if (!result.IsError)
                result = probed;
        }

        return result;
    }

    /// <summary>Takes a driver off all its functions, then forgets it. Linux: <c>pci_unregister_driver()</c>.</summary>
    /// <param name="driver">A registered driver; an unknown one is ignored.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void UnregisterDriver(PciDriver driver, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(driver);
        MightSleep.Check("PciCore.UnregisterDriver", file, line);
        using var held = _binding.Hold(file, line);
        foreach (var device in _devices)
        {
            if (ReferenceEquals(device.Driver, driver))
                device.Unbind();
        }

        _drivers.Remove(driver);
    }

    /// <summary>Forgets a function that leaves the machine: its driver is taken off and the IOMMU refuses whatever it still asks for. Linux: <c>pci_stop_and_remove_bus_device()</c>.</summary>
    /// <param name="device">A function of this machine; unplug it afterwards.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The kernel does not know the function.</exception>
    [MaySleep]
    public void RemoveDevice(PciDevice device, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        MightSleep.Check("PciCore.RemoveDevice", file, line);
        using var held = _binding.Hold(file, line);
        if (!_devices.Remove(device))
            throw new ArgumentException($"Device '{device.Name}' is none of this kernel's, or was removed before.", nameof(device));
        device.Unbind();
        _kernel.Iommu.Detach(device.Location);
    }

    /// <summary>Finds the functions; called once while the machine boots.</summary>
    internal void Scan() => _devices.AddRange(new PciBusScanner(_kernel).Scan());
}
