namespace DriverSdk.Kernel.Pci;

public sealed partial class PciDevice
{
    /// <summary>Offers the function to a driver; a refused or failed probe leaves nothing behind.</summary>
    internal Errno Bind(PciDriver driver)
    {
        Driver = driver;
        DriverName = driver.Name;
        var result = driver.Probe(this);
        if (result.IsError)
            Release();
        return result;
    }

    /// <summary>Takes the driver off the function.</summary>
    internal void Unbind()
    {
        if (Driver is not { } driver)
            return;
        driver.Remove(this);
        Release();
    }

    // Managed resources first: they are the driver's own, and a mapping they release is no leak.
    private void Release()
    {
        Managed.ReleaseAll();
        FreeIrqVectors();
        DisableDevice();
        Dma.Mapper.Debug?.CheckUnbind(this);
        DriverData = null;
        Driver = null;
        DriverName = null;
    }
}
