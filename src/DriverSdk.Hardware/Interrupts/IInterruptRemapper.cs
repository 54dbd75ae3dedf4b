using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Hardware.Interrupts;

/// <summary>What stands between a requester's messages and the CPUs: a remapping unit, seen from the bus.</summary>
/// <remarks>Any thread may call, and callers hold no lock of the remapper; a message costs no shared lock. The remapper's own messages do not come here.</remarks>
internal interface IInterruptRemapper
{
    /// <summary>Judges one message.</summary>
    /// <param name="source">The requester id on the bus.</param>
    /// <param name="message">The message: a 32-bit write to the interrupt range.</param>
    /// <param name="interrupt">What it stands for, when it was remapped.</param>
    InterruptVerdict Remap(Bdf source, InterruptMessage message, out CpuInterrupt interrupt);

    /// <summary>A requester touched the interrupt range with something that is no message: the bus refuses it, and a unit that remaps interrupts writes it down.</summary>
    void ReportMalformed(Bdf source);
}
