using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;
using DriverSdk.Sanitizer;

namespace DriverSdk.Testing;

/// <summary>A machine in one line: a <see cref="DmaProbe"/> at 00:02.0, bound by <see cref="ProbeDriver"/>, and a sanitizer that keeps its findings and prints none.</summary>
/// <remarks>
/// Kernel calls are made inside <see cref="Run"/>; the probe may act inside and outside of it, and so may every expectation. Dispose of the machine at the end.
/// </remarks>
/// <example>
/// <code>
/// using var machine = TestMachine.WithIommu();
/// machine.Run(() =>
/// {
///     var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
///     machine.Device.Dma.TryMap&lt;FromDevice&gt;(buffer, out var loan);
///     machine.DeviceWrites(loan.Iova, "hello"u8).ShouldLand();
///     loan.Unmap();
///     machine.DeviceWrites(loan.Iova, "again"u8).ShouldFault(FaultReason.WriteDenied).At(loan.Iova);
///     machine.Memory.Kfree(buffer);
/// });
/// machine.ShouldReportNothing();
/// </code>
/// </example>
public sealed class TestMachine : IDisposable
{
    private TestMachine(MachineBuilder builder, Action<MachineBuilder>? more)
    {
        builder.WithSanitizer(new SanitizerOptions { Policy = ViolationPolicy.Count }).Attach(Probe, ProbePlace);
        more?.Invoke(builder);
        Machine = builder.Build();
        PciDevice? bound = null;
        Machine.Run(kernel =>
        {
            kernel.Pci.RegisterDriver(Driver);
            bound = kernel.Pci.Devices.FirstOrDefault(device => ReferenceEquals(device.Driver, Driver) && device.Location == ProbePlace);
        });
        Device = bound ?? throw new ScenarioFailedException($"The kernel found no probe at {ProbePlace}, or its driver could not switch it on.");
    }

    /// <summary>Where the probe is plugged in: 00:02.0.</summary>
    public static Bdf ProbePlace => new(0, 2, 0);

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>The device that the test holds in its hand.</summary>
    public DmaProbe Probe { get; } = new();

    /// <summary>The driver bound to <see cref="Probe"/>.</summary>
    public ProbeDriver Driver { get; } = new();

    /// <summary>The probe as the kernel sees it; mappings are made for it.</summary>
    public PciDevice Device { get; }

    /// <summary>The kernel.</summary>
    public KernelInstance Kernel => Machine.Kernel;

    /// <summary>The kernel's memory.</summary>
    public KernelMemory Memory => Kernel.Memory;

    /// <summary>A machine with an IOMMU between the probe and memory.</summary>
    /// <param name="more">Changes the machine before it is built: RAM, CPUs, <see cref="MachineBuilder.Deterministic"/>, further devices.</param>
    public static TestMachine WithIommu(Action<MachineBuilder>? more = null) => new(new MachineBuilder(), more);

    /// <summary>A machine whose IOMMU has these options.</summary>
    /// <param name="options">What the unit can do.</param>
    /// <param name="more">Changes the machine before it is built.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static TestMachine WithIommu(RemappingUnitOptions options, Action<MachineBuilder>? more = null) => new(new MachineBuilder().WithIommu(options), more);

    /// <summary>A machine on which devices use physical addresses.</summary>
    /// <param name="more">Changes the machine before it is built.</param>
    public static TestMachine WithoutIommu(Action<MachineBuilder>? more = null) => new(new MachineBuilder().WithoutIommu(), more);

    /// <summary>A machine with an IOMMU that runs everything in the order that a seed decides.</summary>
    /// <param name="seed">The same seed gives the same run.</param>
    /// <param name="more">Changes the machine before it is built.</param>
    public static TestMachine Deterministic(int seed, Action<MachineBuilder>? more = null) => new(new MachineBuilder().Deterministic(seed), more);

    /// <summary>Runs kernel code as the init task on CPU 0, until it returns.</summary>
    /// <param name="body">Driver code and expectations.</param>
    public void Run(Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Machine.Run(_ => body());
    }

    /// <summary>Has the probe write memory.</summary>
    /// <param name="start">First byte, as the device sees it.</param>
    /// <param name="source">The bytes.</param>
    /// <returns>How it went, to be followed by an expectation.</returns>
    public DeviceAccess DeviceWrites(Iova start, ReadOnlySpan<byte> source)
    {
        var before = MachineSnapshot.Of(Machine);
        return new DeviceAccess(this, before, start, IommuAccess.Write, Probe.Writes(start, source));
    }

    /// <summary>Has the probe read memory.</summary>
    /// <param name="start">First byte, as the device sees it.</param>
    /// <param name="destination">Receives the bytes; after a refusal it holds those before it.</param>
    /// <returns>How it went, to be followed by an expectation.</returns>
    public DeviceAccess DeviceReads(Iova start, Span<byte> destination)
    {
        var before = MachineSnapshot.Of(Machine);
        return new DeviceAccess(this, before, start, IommuAccess.Read, Probe.Reads(start, destination));
    }

    /// <summary>Expects that the sanitizer has reported a rule.</summary>
    /// <param name="ruleId">The rule, such as <c>DRV1002</c>.</param>
    /// <exception cref="ScenarioFailedException">It has not; the message lists what it has reported.</exception>
    public ReportExpectation ShouldReport(string ruleId) => Machine.ShouldReport(ruleId);

    /// <summary>Expects that the sanitizer has reported nothing.</summary>
    /// <exception cref="ScenarioFailedException">It has; the message lists what.</exception>
    public void ShouldReportNothing() => Machine.ShouldReportNothing();

    /// <inheritdoc/>
    public void Dispose() => Machine.Dispose();

    /// <summary>Lets pending interrupts arrive, the IOMMU's fault interrupt among them.</summary>
    internal void Settle()
    {
        if (IsInsideRun())
            LocalIrq.Restore(LocalIrq.Save());
        else
            Machine.Run(_ => LocalIrq.Restore(LocalIrq.Save()));
    }

    private static bool IsInsideRun()
    {
        try
        {
            return DriverSdk.Kernel.Scheduling.KernelTask.Current.IsAlive;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
