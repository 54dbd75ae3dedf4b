using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>One of the unit's own interrupts: control, data and address registers, and the message they make. Callers hold the owner's lock.</summary>
/// <remarks>Source: facts/vtd.md 1 and 6.</remarks>
/// <param name="port">Where the message leaves the unit.</param>
internal sealed class EventInterrupt(IMessagePort port)
{
    private EventControl _control = new() { Masked = true };

    private uint _data;
    private uint _address;
    private uint _upperAddress;

    /// <summary>Reads one of its registers.</summary>
    /// <param name="register">Its offset in <see cref="EventRegisters"/>.</param>
    public uint Read(ulong register) => register switch
    {
        EventRegisters.Control => _control.Value,
        EventRegisters.Data => _data,
        EventRegisters.Address => _address,
        _ => _upperAddress,
    };

    /// <summary>Writes one of its registers.</summary>
    /// <param name="register">Its offset in <see cref="EventRegisters"/>.</param>
    /// <param name="value">The whole register.</param>
    public void Write(ulong register, uint value)
    {
        switch (register)
        {
            case EventRegisters.Control:
                WriteControl(value);
                break;
            case EventRegisters.Data:
                _data = value;
                break;
            case EventRegisters.Address:
                _address = value & ~3u;
                break;
            default:
                _upperAddress = value;
                break;
        }
    }

    /// <summary>The event happened: sends the message, or keeps it pending while masked.</summary>
    public void Raise()
    {
        if (_control.Masked)
            _control = _control with { Pending = true };
        else
            Send();
    }

    /// <summary>Software has cleared every reason for the event.</summary>
    public void Withdraw() => _control = _control with { Pending = false };

    // Only the mask is writable, and lifting it sends what is pending.
    private void WriteControl(uint value)
    {
        _control = _control with { Masked = new EventControl(value).Masked };
        if (!_control.Masked && _control.Pending)
            Send();
    }

    private void Send()
    {
        _control = _control with { Pending = false };
        port.Send(new PhysAddr(((ulong)_upperAddress << 32) | _address), _data);
    }
}
