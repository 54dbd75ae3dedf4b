namespace DriverSdk.Contract.Pci;

/// <summary>Bits of the command register (Linux <c>PCI_COMMAND_*</c>).</summary>
[Flags]
public enum PciCommand : ushort
{
    /// <summary>Nothing enabled: the state after reset.</summary>
    None = 0,

    /// <summary>The function answers I/O port accesses.</summary>
    IoSpace = 0x0001,

    /// <summary>The function's memory BARs answer; on a bridge, its windows forward downstream.</summary>
    MemorySpace = 0x0002,

    /// <summary>The function may issue memory requests, message interrupts among them; on a bridge, those from below pass upstream.</summary>
    BusMaster = 0x0004,

    /// <summary>Parity errors are acted upon; kept, without effect.</summary>
    ParityErrorResponse = 0x0040,

    /// <summary>System errors are signalled; kept, without effect.</summary>
    SystemErrorEnable = 0x0100,

    /// <summary>The function must not assert its INTx line.</summary>
    InterruptDisable = 0x0400,
}
