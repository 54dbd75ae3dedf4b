namespace DriverSdk.Devices.DmaProbe;

/// <summary>How the probe's last access ended; the values are those of the STATUS register.</summary>
public enum DmaProbeStatus
{
    /// <summary>There was none since the last reset.</summary>
    Idle = 0,

    /// <summary>Every byte was moved, or the translation request was answered.</summary>
    Success = 1,

    /// <summary>Nobody answered from some byte on; MOVED says how many came before.</summary>
    UnsupportedRequest = 2,

    /// <summary>The target took the request and failed it.</summary>
    CompleterAbort = 3,

    /// <summary>The registers describe no access: an unknown operation, or more bytes than the buffer has. Nothing went out.</summary>
    BadRequest = 4,
}
