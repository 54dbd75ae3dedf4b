using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Devices.DmaProbe;

/// <summary>The REQUEST register: operation and attributes of the next access.</summary>
/// <param name="Value">OPERATION 3:0, TRANSLATED 8, PASID_VALID 9, SUPERVISOR 10, EXECUTE 11.</param>
internal readonly record struct DmaProbeRequest(uint Value)
{
    /// <summary>What to do; may be no member.</summary>
    public DmaProbeOperation Operation => (DmaProbeOperation)(Value & 0xf);

    /// <summary>The attributes it stands for.</summary>
    /// <param name="pasid">The PASID, which counts only while PASID_VALID is set.</param>
    public DmaAttributes AttributesWith(Pasid pasid) => new()
    {
        Pasid = Has(9) ? pasid : null,
        Privilege = Has(10) ? DmaPrivilege.Supervisor : DmaPrivilege.User,
        IsExecute = Has(11),
        AddressType = Has(8) ? RequestAddressType.Translated : RequestAddressType.Untranslated,
    };

    private bool Has(int bit) => (Value & (1u << bit)) != 0;
}
