using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Devices.DmaProbe;

/// <summary>BAR 0: registers first, the buffer in the upper half.</summary>
/// <param name="registers">The registers.</param>
/// <param name="buffer">The buffer.</param>
internal sealed class DmaProbeWindow(IMmioTarget registers, IMmioTarget buffer) : IMmioTarget
{
    public ulong Read(ulong offset, AccessWidth width) =>
        offset < DmaProbeRegisters.Buffer ? registers.Read(offset, width) : buffer.Read(offset - DmaProbeRegisters.Buffer, width);

    public void Write(ulong offset, ulong value, AccessWidth width)
    {
        if (offset < DmaProbeRegisters.Buffer)
            registers.Write(offset, value, width);
        else
            buffer.Write(offset - DmaProbeRegisters.Buffer, value, width);
    }
}
