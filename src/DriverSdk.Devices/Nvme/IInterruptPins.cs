using DriverSdk.Hardware.Pci;

namespace DriverSdk.Devices.Nvme;

/// <summary>The function's ways to interrupt, as the interrupt logic needs them.</summary>
internal interface IInterruptPins
{
    /// <summary>Which way the driver enabled.</summary>
    InterruptKind Kind { get; }

    /// <summary>Sends a message for a vector.</summary>
    void Send(int vector);

    /// <summary>Asserts the line.</summary>
    void Raise();

    /// <summary>Takes the line back.</summary>
    void Lower();
}
