using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Devices.Edu;

/// <summary>BAR 0: lets the accesses through that the device understands. Others read all ones, or zero where they are narrower than 32 bits, and write nothing.</summary>
/// <remarks>
/// 32 bits reach every register, 64 bits those of the transfer; both at the register's first byte only. A write of 32 bits replaces a register of 64, clearing its upper half.
/// </remarks>
/// <param name="registers">The registers.</param>
internal sealed class EduWindow(IMmioTarget registers) : IMmioTarget
{
    public ulong Read(ulong offset, AccessWidth width) =>
        width is AccessWidth.Byte or AccessWidth.Word ? 0
        : IsUnderstood(offset, width) && offset is not (EduRegisterMap.Raise or EduRegisterMap.Acknowledge) ? registers.Read(offset, width)
        : ulong.MaxValue;

    public void Write(ulong offset, ulong value, AccessWidth width)
    {
        if (IsUnderstood(offset, width))
            registers.Write(offset, value, offset >= EduRegisterMap.TransferSource ? AccessWidth.QuadWord : width);
    }

    private static bool IsUnderstood(ulong offset, AccessWidth width) => offset switch
    {
        EduRegisterMap.Identification or EduRegisterMap.Liveness or EduRegisterMap.Factorial or EduRegisterMap.Status
            or EduRegisterMap.Interrupts or EduRegisterMap.Raise or EduRegisterMap.Acknowledge => width == AccessWidth.DoubleWord,
        EduRegisterMap.TransferSource or EduRegisterMap.TransferDestination or EduRegisterMap.TransferCount or EduRegisterMap.TransferCommand
            => width is AccessWidth.DoubleWord or AccessWidth.QuadWord,
        _ => false,
    };
}
