using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Hardware.Pci;

/// <summary>A function's INTx line: what the device wants, and what reaches the I/O APIC.</summary>
/// <remarks>The line is quiet while the interrupt-disable bit is set or messages are enabled; the status register shows the device's wish even then.</remarks>
internal sealed class LineInterrupt(PciEndpoint endpoint)
{
    private readonly Lock _lock = new();
    private IoApic? _ioApic;
    private int _pin;
    private bool _isWanted;
    private bool _isAsserted;

    /// <summary>Wires the line to a pin.</summary>
    public void Connect(IoApic ioApic, int pin)
    {
        lock (_lock)
        {
            _ioApic = ioApic;
            _pin = pin;
        }

        Update();
    }

    /// <summary>Cuts the wire, quietly.</summary>
    public void Disconnect()
    {
        Want(LineLevel.Low);
        lock (_lock)
            _ioApic = null;
    }

    /// <summary>Takes what the device wants.</summary>
    public void Want(LineLevel level)
    {
        lock (_lock)
        {
            _isWanted = level == LineLevel.High;
            var status = (PciStatus)endpoint.Config.Read16(PciHeader.Status) & ~PciStatus.InterruptStatus;
            endpoint.Config.Set(PciHeader.Status, (uint)(_isWanted ? status | PciStatus.InterruptStatus : status), AccessWidth.Word);
        }

        Update();
    }

    /// <summary>Passes a change on; called after everything that could let the line out or keep it in.</summary>
    public void Update()
    {
        lock (_lock)
        {
            var mayAssert = (endpoint.Command & PciCommand.InterruptDisable) == 0 && endpoint.EnabledInterrupts == InterruptKind.Line;
            var isAsserted = _isWanted && mayAssert && _ioApic is not null;
            if (isAsserted == _isAsserted)
                return;
            _isAsserted = isAsserted;
            if (isAsserted)
                _ioApic!.Assert(_pin);
            else
                _ioApic?.Deassert(_pin);
        }
    }
}
