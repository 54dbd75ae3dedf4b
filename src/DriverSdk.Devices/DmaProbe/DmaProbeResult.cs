using DriverSdk.Hardware.Dma;

namespace DriverSdk.Devices.DmaProbe;

/// <summary>What the last access came to.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="MovedBytes">Bytes moved before it ended.</param>
/// <param name="Translation">What a translation request was answered.</param>
internal readonly record struct DmaProbeResult(DmaProbeStatus Status, uint MovedBytes, DmaTranslation Translation)
{
    /// <summary>The status in the probe's own numbers.</summary>
    public static DmaProbeStatus Of(DmaStatus status) => status switch
    {
        DmaStatus.Success => DmaProbeStatus.Success,
        DmaStatus.CompleterAbort => DmaProbeStatus.CompleterAbort,
        _ => DmaProbeStatus.UnsupportedRequest,
    };
}
