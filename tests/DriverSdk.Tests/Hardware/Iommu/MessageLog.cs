using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>Keeps the unit's own interrupt messages instead of delivering them.</summary>
internal sealed class MessageLog : IMessagePort
{
    private readonly List<(PhysAddr Address, uint Data)> _sent = [];

    public IReadOnlyList<(PhysAddr Address, uint Data)> Sent
    {
        get
        {
            lock (_sent)
                return [.. _sent];
        }
    }

    public void Send(PhysAddr address, uint data)
    {
        lock (_sent)
            _sent.Add((address, data));
    }
}
