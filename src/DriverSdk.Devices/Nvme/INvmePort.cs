using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Devices.Nvme;

/// <summary>What the controller's logic needs of the PCI function it lives in: memory, time, interrupts.</summary>
internal interface INvmePort
{
    /// <summary>The only way to memory.</summary>
    DmaPort Dma { get; }

    /// <summary>Where work is posted.</summary>
    IDeviceTimeline Timeline { get; }

    /// <summary>Name for traces, such as <c>nvme</c>.</summary>
    string Name { get; }

    /// <summary>Interrupts, if it may, after a completion queue of this vector got entries.</summary>
    void Signal(int vector);

    /// <summary>Takes every interrupt back and unmasks every vector, at a reset.</summary>
    void Silence();

    /// <summary>Ends all work after memory of a queue could not be reached: CSTS.CFS.</summary>
    void ReportFatal();
}
