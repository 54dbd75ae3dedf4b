using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Tests.Hardware.Bus;

/// <summary>Answers with a tag and the offset, and remembers the last write.</summary>
internal sealed class EchoTarget(ulong tag) : IMmioTarget
{
    public ulong Tag => tag;

    public (ulong Offset, ulong Value, AccessWidth Width)? LastWrite { get; private set; }

    public ulong Read(ulong offset, AccessWidth width) => (tag << 32) | offset;

    public void Write(ulong offset, ulong value, AccessWidth width) => LastWrite = (offset, value, width);
}
