using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Tests.Hardware.Interrupts;

/// <summary>A remapper that gives one answer to everything and remembers who asked.</summary>
internal sealed class ScriptedRemapper(InterruptVerdict verdict, CpuInterrupt answer = default) : IInterruptRemapper
{
    public List<(Bdf Source, InterruptMessage Message)> Seen { get; } = [];

    public List<Bdf> Malformed { get; } = [];

    public InterruptVerdict Remap(Bdf source, InterruptMessage message, out CpuInterrupt interrupt)
    {
        Seen.Add((source, message));
        interrupt = answer;
        return verdict;
    }

    public void ReportMalformed(Bdf source) => Malformed.Add(source);
}
