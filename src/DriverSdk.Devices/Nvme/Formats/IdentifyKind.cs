namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>What Identify asks for: its Controller or Namespace Structure (CNS) field.</summary>
public enum IdentifyKind : byte
{
    /// <summary>One namespace: <see cref="IdentifyNamespaceData"/>.</summary>
    Namespace = 0x00,

    /// <summary>The controller: <see cref="IdentifyControllerData"/>.</summary>
    Controller = 0x01,

    /// <summary>Active namespace ids above the given one: 1024 numbers of 32 bits, ended by zero.</summary>
    ActiveNamespaceList = 0x02,

    /// <summary>Namespace Identification Descriptor list: type, length, two reserved bytes, identifier; ended by type zero.</summary>
    NamespaceDescriptors = 0x03,
}
