namespace DriverSdk.Kernel.Pci;

public sealed partial class PciDevice
{
    /// <summary>Offers the function to a driver; a refused or failed probe leaves nothing behind.</summary>
    internal Errno Bind(PciDriver driver)
    {
        var owned = Kernel.Iommu.UseDefaultDomain(Location);
        if (owned.IsError)
            return owned;
        Driver = driver;
        DriverName = driver.Name;
        var probed = false;
        try
        {
            var result = driver.Probe(this);
            probed = !result.IsError;
            return result;
        }
        finally
        {
            if (!probed)
                Release();
        }
    }

    /// <summary>Takes the driver off the function.</summary>
    internal void Unbind()
    {
        if (Driver is not { } driver)
            return;
        try
        {
            driver.Remove(this);
        }
        finally
        {
            Release();
        }
    }

    // Managed resources first: they are the driver's own, and a mapping they release is no leak.
    // Whatever a driver's own code throws, the device is silent and free afterwards.
    private void Release()
    {
        try
        {
            Managed.ReleaseAll();
        }
        finally
        {
            try
            {
                FreeIrqVectors();
            }
            finally
            {
                DisableDevice();
                DmaOrNull?.Mapper.Debug?.CheckUnbind(this);
                Kernel.Iommu.UnuseDefaultDomain(Location);
                DriverData = null;
                Driver = null;
                DriverName = null;
            }
        }
    }
}
