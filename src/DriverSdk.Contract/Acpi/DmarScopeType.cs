namespace DriverSdk.Contract.Acpi;

/// <summary>What a device scope names.</summary>
public enum DmarScopeType : byte
{
    /// <summary>Nothing; not a valid scope.</summary>
    None = 0,

    /// <summary>One PCI function.</summary>
    Endpoint = 1,

    /// <summary>A bridge, and with it every function behind it.</summary>
    Bridge = 2,

    /// <summary>An I/O APIC, by its number.</summary>
    IoApic = 3,

    /// <summary>A timer block that sends messages, by its number.</summary>
    Hpet = 4,
}
