using System.Numerics;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Devices.Nvme;

/// <summary>An NVMe 1.4 controller with one namespace, as a PCI function: registers in BAR 0, MSI-X in BAR 4, MSI and INTA.</summary>
/// <remarks>
/// Commands execute as work of the machine's device timeline, one piece of work for each submission queue. The device reaches memory by DMA only, and its
/// data moves between the backend and the machine's RAM without a copy between. What is not modelled stands in the room's Limits table.
/// </remarks>
/// <example><code>
/// var disk = new NvmeController(new FileBackend("disk.img", BackendAccess.ReadOnly));
/// </code></example>
public sealed class NvmeController : PciEndpoint, INvmePort, IInterruptPins
{
    /// <summary>PCI vendor id; the one QEMU and others use for virtual devices.</summary>
    public const ushort VendorId = 0x1b36;

    /// <summary>PCI device id.</summary>
    public const ushort DeviceId = 0x0010;

    private const int GreatestMsiVectors = 32;

    /// <summary>Makes a controller that is not part of a machine yet.</summary>
    /// <param name="backend">What the namespace keeps its blocks in; the caller disposes of it after the machine.</param>
    /// <param name="options">What the controller can do; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public NvmeController(INvmeBackend backend, NvmeControllerOptions? options = null)
        : base(new PciIdentity(VendorId, DeviceId, PciClassCode.NvmExpress) { SubsystemVendorId = VendorId, SubsystemId = DeviceId })
    {
        ArgumentNullException.ThrowIfNull(backend);
        options ??= new NvmeControllerOptions();
        options.Check();
        Lifecycle = new NvmeLifecycle(this, backend, options);
        Interrupts = new NvmeInterrupts(Lifecycle.Core, this);
        Doorbells = new NvmeDoorbells(Lifecycle, Interrupts);
        DeclareBar(0, NvmeRegisterMap.Build(options));
        AddLineInterrupt();
        AddMsi((int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(options.InterruptVectors, GreatestMsiVectors)));
        AddMsix(options.InterruptVectors);
    }

    /// <summary>What the controller has done so far.</summary>
    public NvmeStatistics Statistics => Lifecycle.Core.Statistics;

    /// <inheritdoc/>
    DmaPort INvmePort.Dma => Dma;

    /// <inheritdoc/>
    IDeviceTimeline INvmePort.Timeline => Timeline;

    /// <inheritdoc/>
    string INvmePort.Name => "nvme";

    /// <inheritdoc/>
    InterruptKind IInterruptPins.Kind => EnabledInterrupts;

    internal NvmeLifecycle Lifecycle { get; }

    internal NvmeInterrupts Interrupts { get; }

    internal NvmeDoorbells Doorbells { get; }

    internal NvmeRegisters Registers => Lifecycle.Core.Registers;

    /// <summary>Makes one I/O queue hang: its commands are fetched and stay outstanding until an Abort, the queue's deletion, a reset, or <see cref="ResumeQueue"/>.</summary>
    /// <param name="submissionQueueId">An I/O submission queue that exists; 0 is the admin queue.</param>
    /// <exception cref="ArgumentException">There is no such queue now.</exception>
    public void StallQueue(int submissionQueueId) => Find(submissionQueueId).IsStalled = true;

    /// <summary>Lets a queue go on that <see cref="StallQueue"/> stopped.</summary>
    /// <param name="submissionQueueId">A submission queue that exists.</param>
    /// <exception cref="ArgumentException">There is no such queue now.</exception>
    public void ResumeQueue(int submissionQueueId)
    {
        var queue = Find(submissionQueueId);
        queue.IsStalled = false;
        Timeline.Post(queue);
    }

    /// <inheritdoc/>
    void INvmePort.Signal(int vector) => Interrupts.EntriesPosted(vector);

    /// <inheritdoc/>
    void INvmePort.Silence() => Interrupts.Clear();

    /// <inheritdoc/>
    void INvmePort.ReportFatal() => Lifecycle.Fail();

    /// <inheritdoc/>
    void IInterruptPins.Send(int vector) => SendInterrupt(vector);

    /// <inheritdoc/>
    void IInterruptPins.Raise() => RaiseLine();

    /// <inheritdoc/>
    void IInterruptPins.Lower() => LowerLine();

    /// <inheritdoc/>
    protected override void Reset()
    {
        Lifecycle.Configure(0);
        Registers.Clear();
    }

    private Queues.SubmissionQueue Find(int id) =>
        Lifecycle.Core.Queues.Submission(id)
        ?? throw new ArgumentException($"Submission queue {id} does not exist now; create it first.", nameof(id));
}
