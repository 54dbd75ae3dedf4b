using System.Buffers.Binary;
using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Hardware.Pci;

/// <summary>Sends a message interrupt as what it is on the bus: a 32-bit write of the endpoint. Without bus mastering it is lost.</summary>
internal static class MessageSender
{
    public static void Send(DmaPort port, ulong messageAddress, uint data)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, data);
        port.Write(new Iova(messageAddress), bytes);
    }
}
