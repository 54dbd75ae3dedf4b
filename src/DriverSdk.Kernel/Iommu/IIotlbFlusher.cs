namespace DriverSdk.Kernel.Iommu;

/// <summary>Makes the hardware forget what was unmapped, and only then gives the emptied tables back.</summary>
internal interface IIotlbFlusher
{
    /// <summary>Invalidates the gathered range, waits until that is done, frees the gathered tables, and empties the gather.</summary>
    void Flush(ref IotlbGather gather);
}
