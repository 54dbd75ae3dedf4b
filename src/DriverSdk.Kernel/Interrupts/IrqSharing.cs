namespace DriverSdk.Kernel.Interrupts;

/// <summary>Whether handlers of several devices may stand on one irq.</summary>
internal enum IrqSharing
{
    /// <summary>One handler only, as message-signalled interrupts have it.</summary>
    Exclusive,

    /// <summary>Several handlers, each asked in turn, as INTx lines need it. Linux: <c>IRQF_SHARED</c>.</summary>
    Shared,
}
