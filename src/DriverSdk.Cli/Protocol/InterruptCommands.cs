using System.Text;
using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Cli.Protocol;

/// <summary>The I/O APIC's pins, and the interrupts that reached the CPUs.</summary>
internal static class InterruptCommands
{
    public static void InterceptIn(Door door, scoped in Words words)
    {
        if (!IsIoApic(door, words[0]))
            return;
        if (words.Count > 1)
        {
            door.Answers.Fail("Incoming pins have no names; leave the name out.");
            return;
        }

        if (!door.SeesPins)
            door.InterceptPins();
        door.Answers.Ok();
    }

    public static void InterceptOut(Door door, scoped in Words words)
    {
        if (!IsIoApic(door, words[0]))
            return;
        // QEMU answers so too: the device is the one that is intercepted already.
        if (door.SeesPins)
            door.Answers.Ok();
        else
            door.Answers.Fail("The I/O APIC has no outgoing pins to intercept; use irq_intercept_in ioapic, or emu_interrupts for messages.");
    }

    public static void SetPin(Door door, scoped in Words words)
    {
        if (!IsIoApic(door, words[0]))
            return;
        if (!words[1].SequenceEqual("unnamed-gpio-in"u8))
        {
            door.Answers.Fail($"NAME is '{Arguments.Quote(words[1])}'; the I/O APIC has unnamed-gpio-in only.");
            return;
        }

        if (!Arguments.TryNumber(door, words[2], "N", out var pin) || !Arguments.TryNumber(door, words[3], "LEVEL", out var level))
            return;
        if (pin >= IoApicLayout.PinCount)
        {
            door.Answers.Fail($"N is {pin}; the I/O APIC has pins 0 to {IoApicLayout.PinCount - 1}.");
            return;
        }

        if (level == 0)
            door.Machine.LowerPin((int)pin);
        else
            door.Machine.RaisePin((int)pin);
        door.Answers.Ok();
    }

    public static void TakeInterrupts(Door door, scoped in Words words)
    {
        var (arrived, lost) = door.Machine.Interrupts.Take();
        var text = new StringBuilder();
        text.Append(arrived.Count + lost);
        foreach (var (apicId, vector) in arrived)
            text.Append($" {apicId:x}:{vector:x2}");
        door.Answers.OkText(text.ToString());
    }

    private static bool IsIoApic(Door door, ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual("ioapic"u8) || path.EndsWith("/ioapic"u8))
            return true;
        door.Answers.Fail($"Unknown device '{Arguments.Quote(path)}'; the only device with pins is ioapic.");
        return false;
    }
}
