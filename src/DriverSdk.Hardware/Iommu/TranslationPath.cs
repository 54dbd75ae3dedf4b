namespace DriverSdk.Hardware.Iommu;

/// <summary>What happens to a request before any table is looked at.</summary>
internal enum TranslationPath
{
    /// <summary>TE is off: it passes as it is.</summary>
    Untranslated,

    /// <summary>It goes through the legacy tables.</summary>
    Tables,

    /// <summary>RTADDR's table mode refuses it.</summary>
    Refused,
}
