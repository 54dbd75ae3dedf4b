using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Pci;

/// <summary>A driver for PCI functions: derive from it, name the ids, and write probe and remove. Linux: <c>struct pci_driver</c>.</summary>
/// <remarks>One object drives every function it matches; what belongs to one function is kept in <see cref="PciDevice.DriverData"/>.</remarks>
public abstract class PciDriver
{
    /// <summary>Makes a driver; it does nothing until it is registered.</summary>
    [AnyContext]
    protected PciDriver()
    {
    }

    /// <summary>The driver's name in reports.</summary>
    [AnyContext]
    public virtual string Name => GetType().Name;

    /// <summary>The functions it drives.</summary>
    [AnyContext]
    public abstract IReadOnlyList<PciId> Ids { get; }

    /// <summary>Takes a function over.</summary>
    /// <param name="device">The function, not yet enabled.</param>
    /// <returns><see cref="Errno.Success"/>, or why not; after an error the device's managed resources are released.</returns>
    [RunsIn(KernelContexts.Task)]
    protected internal abstract Errno Probe(PciDevice device);

    /// <summary>Gives a function back: when it returns, the device must be quiet and nothing of it mapped. Managed resources are released afterwards.</summary>
    /// <param name="device">A function whose probe succeeded.</param>
    [RunsIn(KernelContexts.Task)]
    protected internal abstract void Remove(PciDevice device);
}
