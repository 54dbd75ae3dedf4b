namespace DriverSdk.Kernel.Scheduling;

/// <summary>The fields of <see cref="Cpu.AtomicState"/>: everything that forbids sleeping, in one word, so that "may this CPU sleep" is one comparison with zero.</summary>
/// <remarks>The counts lie as in Linux's <c>preempt_count</c>; the interrupt flag, which Linux keeps in the processor, joins them.</remarks>
internal static class AtomicState
{
    public const int PreemptOne = 0x1;
    public const int PreemptMask = 0xff;

    /// <summary>Running softirqs adds one; disabling them adds two, so that the two are told apart.</summary>
    public const int SoftirqServing = 0x100;
    public const int SoftirqDisabled = 0x200;
    public const int SoftirqMask = 0xff00;

    public const int HardirqOne = 0x1_0000;
    public const int HardirqMask = 0xf_0000;

    public const int IrqsOff = 0x100_0000;
}
