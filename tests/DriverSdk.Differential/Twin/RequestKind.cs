namespace DriverSdk.Differential.Twin;

/// <summary>Which way a device's request goes.</summary>
internal enum RequestKind
{
    Read,
    Write,
}
