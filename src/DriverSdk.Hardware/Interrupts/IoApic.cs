using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Interrupts;

/// <summary>The I/O APIC: turns 24 lines into messages to the CPUs.</summary>
/// <remarks>
/// Several functions may share a line; it is asserted while any of them asserts it. A level-triggered pin sends once, sets remote-IRR, and sends again after the end of
/// interrupt if the line is still asserted. The end of interrupt is written to the APIC's own register: the local APIC's broadcast is not modelled. The polarity bit is kept without effect.
/// </remarks>
/// <param name="router">Takes the messages.</param>
/// <param name="requester">The id under which they reach a remapping unit.</param>
/// <param name="remapper">The unit that judges them, if any.</param>
internal sealed class IoApic(InterruptRouter router, Bdf requester, IInterruptRemapper? remapper) : IMmioTarget
{
    private const byte RedirectionEnd = IoApicLayout.FirstRedirection + (2 * IoApicLayout.PinCount);
    private const uint IdMask = 0x0f00_0000;

    private readonly Lock _lock = new();
    private readonly RedirectionEntry[] _entries = [.. Enumerable.Repeat(RedirectionEntry.AfterReset, IoApicLayout.PinCount)];
    private readonly int[] _asserters = new int[IoApicLayout.PinCount];
    private byte _index;
    private uint _id;

    /// <summary>Makes an APIC whose messages no unit judges.</summary>
    public IoApic(InterruptRouter router)
        : this(router, default, null)
    {
    }

    /// <summary>Sees the levels of all pins change, or null.</summary>
    public IPinWatcher? Watcher { get; set; }

    /// <summary>One more function asserts the line of <paramref name="pin"/>.</summary>
    public void Assert(int pin)
    {
        InterruptMessage? message = null;
        lock (_lock)
        {
            var isRising = _asserters[pin]++ == 0;
            if (isRising)
                Watcher?.Raised(pin);
            if (_entries[pin].Trigger == InterruptTrigger.Level)
                message = TakeLevel(pin);
            else if (isRising && !_entries[pin].IsMasked)
                message = _entries[pin].Message;
        }

        Deliver(message);
    }

    /// <summary>One function less asserts the line of <paramref name="pin"/>.</summary>
    public void Deassert(int pin)
    {
        lock (_lock)
        {
            if (--_asserters[pin] == 0)
                Watcher?.Lowered(pin);
        }
    }

    /// <inheritdoc/>
    public ulong Read(ulong offset, AccessWidth width)
    {
        lock (_lock)
        {
            return offset switch
            {
                IoApicLayout.Index => _index,
                IoApicLayout.Data => ReadIndexed(),
                _ => 0,
            };
        }
    }

    /// <inheritdoc/>
    public void Write(ulong offset, ulong value, AccessWidth width)
    {
        switch (offset)
        {
            case IoApicLayout.Index:
                lock (_lock)
                    _index = (byte)value;
                break;
            case IoApicLayout.Data when width == AccessWidth.DoubleWord:
                WriteIndexed((uint)value);
                break;
            case IoApicLayout.EndOfInterrupt:
                EndInterrupt((byte)value);
                break;
        }
    }

    private uint ReadIndexed()
    {
        if (_index is >= IoApicLayout.FirstRedirection and < RedirectionEnd)
        {
            var (pin, isHigh) = Math.DivRem(_index - IoApicLayout.FirstRedirection, 2);
            return (uint)(_entries[pin].Value >> (32 * isHigh));
        }

        return _index switch
        {
            IoApicLayout.Id or IoApicLayout.Arbitration => _id,
            IoApicLayout.Version => IoApicLayout.VersionWithEndOfInterrupt | ((IoApicLayout.PinCount - 1) << IoApicLayout.LastPinShift),
            _ => 0,
        };
    }

    private void WriteIndexed(uint value)
    {
        InterruptMessage? message = null;
        lock (_lock)
        {
            if (_index == IoApicLayout.Id)
                _id = value & IdMask;
            if (_index is < IoApicLayout.FirstRedirection or >= RedirectionEnd)
                return;
            var (pin, isHigh) = Math.DivRem(_index - IoApicLayout.FirstRedirection, 2);
            var lanes = RedirectionEntry.Writable & (0xffff_ffffUL << (32 * isHigh));
            var entry = (_entries[pin].Value & ~lanes) | (((ulong)value << (32 * isHigh)) & lanes);
            // Turning a pin to edge is how Linux clears a remote-IRR that is stuck (__eoi_ioapic_pin).
            if ((entry & RedirectionEntry.LevelTriggered) == 0)
                entry &= ~RedirectionEntry.RemoteIrr;
            _entries[pin] = new RedirectionEntry(entry);
            message = TakeLevel(pin);
        }

        Deliver(message);
    }

    private void EndInterrupt(byte vector)
    {
        for (var pin = 0; pin < IoApicLayout.PinCount; pin++)
        {
            InterruptMessage? message = null;
            lock (_lock)
            {
                var entry = _entries[pin];
                if (entry.Vector == vector && entry.IsRemoteIrrSet)
                {
                    _entries[pin] = new RedirectionEntry(entry.Value & ~RedirectionEntry.RemoteIrr);
                    message = TakeLevel(pin);
                }
            }

            Deliver(message);
        }
    }

    // The message a level-triggered pin owes now, if any; it is then in service.
    private InterruptMessage? TakeLevel(int pin)
    {
        var entry = _entries[pin];
        if (entry.Trigger != InterruptTrigger.Level || entry.IsMasked || entry.IsRemoteIrrSet || _asserters[pin] == 0)
            return null;
        _entries[pin] = new RedirectionEntry(entry.Value | RedirectionEntry.RemoteIrr);
        return entry.Message;
    }

    private void Deliver(InterruptMessage? message)
    {
        if (message is { } owed)
            router.Deliver(requester, owed, remapper);
    }
}
