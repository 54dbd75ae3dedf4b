using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Replay;

/// <summary>Stands between a kernel and its hardware and writes down everything that passes.</summary>
/// <remarks>
/// One thing must happen at a time (deterministic scheduler, immediate devices): then RAM changes between two steps are the kernel's, and those within a step the
/// hardware's, which a replay must bring about by itself.
/// </remarks>
internal sealed class Recorder(Recording recording) : ICpuBus, IInterruptSink
{
    private RamShadow? _shadow;
    private ICpuBus? _bus;
    private IInterruptSink? _cpus;

    public void Connect(PhysicalMemory ram, ICpuBus bus, IInterruptSink cpus)
    {
        _shadow = new RamShadow(ram);
        _bus = bus;
        _cpus = cpus;
    }

    public ulong ReadMmio(PhysAddr address, AccessWidth width) =>
        Pass(ReplayEventKind.MmioRead, address.Value, (int)width, () => _bus!.ReadMmio(address, width));

    public void WriteMmio(PhysAddr address, ulong value, AccessWidth width) => Pass(ReplayEventKind.MmioWrite, address.Value, (int)width, () =>
    {
        _bus!.WriteMmio(address, value, width);
        return value;
    });

    public uint ReadPort(ushort port, AccessWidth width) =>
        (uint)Pass(ReplayEventKind.PortRead, port, (int)width, () => _bus!.ReadPort(port, width));

    public void WritePort(ushort port, uint value, AccessWidth width) => Pass(ReplayEventKind.PortWrite, port, (int)width, () =>
    {
        _bus!.WritePort(port, value, width);
        return value;
    });

    public void Raise(uint apicId, byte vector)
    {
        recording.Events.Add(new ReplayEvent(ReplayEventKind.Interrupt, apicId, 0, vector, []));
        _cpus!.Raise(apicId, vector);
    }

    /// <summary>A probe's access, made by <paramref name="access"/>, with the bytes it moved.</summary>
    public ulong Probe(ReplayEventKind kind, Iova start, byte[] bytes, Func<ulong> access) => Pass(kind, start.Value, 0, access, bytes);

    // The step stands in the list before it is made, so that the interrupts it raises follow it.
    private ulong Pass(ReplayEventKind kind, ulong address, int widthBytes, Func<ulong> step, byte[]? bytes = null)
    {
        _shadow!.TakeChanges((start, run) => recording.Events.Add(new ReplayEvent(ReplayEventKind.RamWrite, start.Value, 0, 0, run)));
        var index = recording.Events.Count;
        recording.Events.Add(new ReplayEvent(kind, address, widthBytes, 0, []));
        var value = step();
        recording.Events[index] = new ReplayEvent(kind, address, widthBytes, value, bytes ?? []);
        _shadow.TakeChanges((_, _) => { });
        return value;
    }
}
