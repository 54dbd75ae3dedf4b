namespace DriverSdk.Hardware.Interrupts;

/// <summary>Sees the I/O APIC's pins change, whatever their redirection entries say: an oscilloscope, not a part of the machine.</summary>
/// <remarks>Called with the I/O APIC's lock held: it only writes down.</remarks>
internal interface IPinWatcher
{
    /// <summary>The first function asserts the pin.</summary>
    void Raised(int pin);

    /// <summary>No function asserts the pin any more.</summary>
    void Lowered(int pin);
}
