using System.Globalization;

namespace DriverSdk.Qtest;

public sealed partial class QtestClient
{
    /// <summary>Reports every change of the input lines of a device from now on, and takes them away from it (<c>irq_intercept_in</c>).</summary>
    /// <param name="device">A path as the machine names its parts, for example <c>ioapic</c>.</param>
    public void InterceptInputsOf(string device) => Execute($"irq_intercept_in {device}");

    /// <summary>Reports every change of the output lines of a device from now on (<c>irq_intercept_out</c>).</summary>
    /// <param name="device">A path as the machine names its parts.</param>
    public void InterceptOutputsOf(string device) => Execute($"irq_intercept_out {device}");

    /// <summary>Takes the oldest interrupt event that has come with an answer; false when there is none yet.</summary>
    public bool TryTakeInterrupt(out IrqEvent interrupt) => _interrupts.TryDequeue(out interrupt);

    /// <summary>Takes the oldest interrupt event, waiting for one to arrive.</summary>
    /// <exception cref="QtestException">None came in time, or the machine sent something else.</exception>
    public IrqEvent WaitForInterrupt(TimeSpan timeout)
    {
        if (_interrupts.TryDequeue(out var waiting))
            return waiting;
        const string Awaited = "an IRQ event";
        var line = ReceiveLine(Environment.TickCount64 + (long)timeout.TotalMilliseconds, Awaited)
            ?? throw new QtestException($"Waited {timeout.TotalSeconds:0.#} s for an IRQ line from {_peer}, and none came.");
        return TryQueueInterrupt(line) ? _interrupts.Dequeue() : throw new QtestException($"Waited for an IRQ line from {_peer}, and got {Quote(line)}.");
    }

    private bool TryQueueInterrupt(string line)
    {
        if (!line.StartsWith("IRQ ", StringComparison.Ordinal))
            return false;
        var words = line.Split(' ');
        if (words.Length != 3 || words[1] is not ("raise" or "lower") || !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new QtestException($"Expected 'IRQ raise N' or 'IRQ lower N', and got {Quote(line)}.");
        _interrupts.Enqueue(new IrqEvent(number, words[1] == "raise" ? IrqLevel.Raised : IrqLevel.Lowered));
        return true;
    }
}
