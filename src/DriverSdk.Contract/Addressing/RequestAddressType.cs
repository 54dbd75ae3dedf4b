namespace DriverSdk.Contract.Addressing;

/// <summary>What the address in a device's request is; the values are those of the AT field on the bus and in a fault record. Source: facts/vtd.md 6.</summary>
public enum RequestAddressType
{
    /// <summary>An address that the remapping unit translates, as every ordinary request has it.</summary>
    Untranslated = 0,

    /// <summary>The device asks what an address translates to, and moves nothing.</summary>
    TranslationRequest = 1,

    /// <summary>A physical address that an earlier translation request gave the device.</summary>
    Translated = 2,
}
