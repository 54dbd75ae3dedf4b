using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Boards;

namespace DriverSdk.Replay;

/// <summary>Stands between a kernel and its hardware and writes down everything that passes.</summary>
/// <remarks>
/// One thing must happen at a time (deterministic scheduler, immediate devices): then RAM changes between two steps are the kernel's, and those within a step the
/// hardware's, which a replay must bring about by itself.
/// </remarks>
internal sealed class Recorder(Recording recording) : ICpuBus, IInterruptSink
{
    private static readonly AddressRange<PhysAddr> ConfigWindow = new BootInformation { CpuCount = 1 }.Ecam;

    private RamShadow? _shadow;
    private ICpuBus? _bus;
    private IInterruptSink? _cpus;

    public void Connect(PhysicalMemory ram, ICpuBus bus, IInterruptSink cpus)
    {
        _shadow = new RamShadow(ram);
        _bus = bus;
        _cpus = cpus;
    }

    public ulong ReadMmio(PhysAddr address, AccessWidth width)
    {
        var value = _bus!.ReadMmio(address, width);
        recording.Events.Add(new ReplayEvent(ReplayEventKind.MmioRead, address.Value, (int)width, value, []));
        return value;
    }

    public void WriteMmio(PhysAddr address, ulong value, AccessWidth width) => Pass(ReplayEventKind.MmioWrite, address.Value, (int)width, () =>
    {
        _bus!.WriteMmio(address, value, width);
        return value;
    });

    public uint ReadPort(ushort port, AccessWidth width)
    {
        var value = _bus!.ReadPort(port, width);
        recording.Events.Add(new ReplayEvent(ReplayEventKind.PortRead, port, (int)width, value, []));
        return value;
    }

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

    /// <summary>Takes down what the run left behind.</summary>
    public void Finish(PhysicalMemory ram, Board board)
    {
        TakeKernelWrites();
        recording.RamHash = RamShadow.HashOf(ram);
        recording.UnitState = Player.UnitStateOf(board);
    }

    // A read makes no device touch RAM, and comparing all RAM takes milliseconds: only steps that may move bytes are surrounded by it.
    private static bool MayMoveBytes(ReplayEventKind kind, ulong address) =>
        kind is ReplayEventKind.ProbeRead or ReplayEventKind.ProbeWrite || (kind == ReplayEventKind.MmioWrite && !ConfigWindow.Contains(new PhysAddr(address)));

    private void TakeKernelWrites() =>
        _shadow!.TakeChanges((start, run) => recording.Events.Add(new ReplayEvent(ReplayEventKind.RamWrite, start.Value, 0, 0, run)));

    // The step stands in the list before it is made, so that the interrupts it raises follow it.
    private ulong Pass(ReplayEventKind kind, ulong address, int widthBytes, Func<ulong> step, byte[]? bytes = null)
    {
        var movesBytes = MayMoveBytes(kind, address);
        if (movesBytes)
            TakeKernelWrites();
        var index = recording.Events.Count;
        recording.Events.Add(new ReplayEvent(kind, address, widthBytes, 0, []));
        var value = step();
        recording.Events[index] = new ReplayEvent(kind, address, widthBytes, value, bytes?.ToArray() ?? []);
        if (movesBytes)
            _shadow!.TakeChanges((_, _) => { });
        return value;
    }
}
