using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Dma;

/// <summary>What a request says of itself besides address, length and direction. The default value is an ordinary request: no PASID, untranslated.</summary>
/// <remarks>Privilege and execute travel with the PASID on the bus, so without one they have no effect.</remarks>
/// <example><code>
/// var status = Dma.Read(start, bytes, new DmaAttributes { Pasid = new Pasid(7), Privilege = DmaPrivilege.Supervisor });
/// </code></example>
public readonly record struct DmaAttributes
{
    /// <summary>The address space it belongs to, or null for the function's own.</summary>
    public Pasid? Pasid { get; init; }

    /// <summary>On whose behalf it is made.</summary>
    public DmaPrivilege Privilege { get; init; }

    /// <summary>Whether the bytes read are going to be executed.</summary>
    public bool IsExecute { get; init; }

    /// <summary>What its address is.</summary>
    public RequestAddressType AddressType { get; init; }

    /// <summary>Whether the unit must look at more than address and direction.</summary>
    internal bool IsOrdinary => Pasid is null && AddressType == RequestAddressType.Untranslated;
}
