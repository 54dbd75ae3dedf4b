namespace DriverSdk.Hardware.Dma;

/// <summary>How a transfer of a device ended, as its completion would say on the bus.</summary>
public enum DmaStatus
{
    /// <summary>Every byte was moved.</summary>
    Success,

    /// <summary>
    /// Nobody answered from some byte on: bus mastering is off here or on a bridge above, the remapping unit refused the page, or the address is not RAM. Earlier bytes were moved.
    /// </summary>
    UnsupportedRequest,

    /// <summary>The target took the request and failed it. RAM never does; a device treats it as <see cref="UnsupportedRequest"/>.</summary>
    CompleterAbort,
}
