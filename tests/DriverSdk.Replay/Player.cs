using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Boards;
using DriverSdk.Hardware.Firmware;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Replay;

/// <summary>Plays a recording into a fresh board and says where it first behaves otherwise.</summary>
internal sealed class Player : IInterruptSink
{
    private readonly Queue<(uint ApicId, byte Vector)> _raised = new();

    /// <summary>Plays the whole recording.</summary>
    /// <returns>The first difference, or null when there is none.</returns>
    public string? Play(Recording recording)
    {
        using var ram = new PhysicalMemory(new MemoryLayout(recording.RamBytes));
        var boot = new BootInformation { CpuCount = recording.CpuCount, AcpiRootPointer = FirmwareTables.RootPointer };
        var units = BoardUnit.Only(new RemappingUnitOptions());
        var board = new Board(ram, boot, units, this, new ImmediateTimeline());
        var probe = new ReplayProbe();
        foreach (var (function, place) in ReplayBoard.MakeFunctions(probe))
            board.RootComplex.Attach(function, place);
        BoardFirmware.Install(ram, boot, units, []);

        for (var step = 0; step < recording.Events.Count; step++)
        {
            if (recording.Events[step].Kind != ReplayEventKind.Interrupt && _raised.TryPeek(out var early))
                return $"before step {step} of {recording.Events.Count}: interrupt {early} was raised, which the recording does not have";
            if (Step(recording.Events[step], ram, board.CpuBus, probe) is { } difference)
                return $"step {step} of {recording.Events.Count}, {recording.Events[step]}: {difference}";
        }

        if (_raised.Count != 0)
            return $"{_raised.Count} interrupts were raised that the recording does not have";
        if (RamShadow.HashOf(ram) != recording.RamHash)
            return "RAM differs at the end";
        var unitState = UnitStateOf(board);
        return unitState == recording.UnitState ? null : $"the remapping unit differs at the end: recorded{Environment.NewLine}{recording.UnitState}{Environment.NewLine}replayed{Environment.NewLine}{unitState}";
    }

    /// <summary>What is compared of the remapping unit: registers, fault records among them, and statistics.</summary>
    public static string UnitStateOf(Board board) => $"{board.Unit!.DescribeRegisters()}{Environment.NewLine}{board.Unit.CaptureStatistics()}";

    public void Raise(uint apicId, byte vector) => _raised.Enqueue((apicId, vector));

    private string? Step(ReplayEvent step, PhysicalMemory ram, ICpuBus bus, ReplayProbe probe)
    {
        var width = (AccessWidth)step.WidthBytes;
        switch (step.Kind)
        {
            case ReplayEventKind.RamWrite:
                return ram.TryWrite(new PhysAddr(step.Address), step.Bytes) ? null : "not RAM";
            case ReplayEventKind.MmioWrite:
                bus.WriteMmio(new PhysAddr(step.Address), step.Value, width);
                return null;
            case ReplayEventKind.PortWrite:
                bus.WritePort((ushort)step.Address, (uint)step.Value, width);
                return null;
            case ReplayEventKind.MmioRead:
                return Compare(step.Value, bus.ReadMmio(new PhysAddr(step.Address), width));
            case ReplayEventKind.PortRead:
                return Compare(step.Value, bus.ReadPort((ushort)step.Address, width));
            case ReplayEventKind.ProbeWrite:
                return Compare(step.Value, probe.Write(new Iova(step.Address), step.Bytes));
            case ReplayEventKind.ProbeRead:
                var got = new byte[step.Bytes.Length];
                return Compare(step.Value, probe.Read(new Iova(step.Address), got)) ?? (got.AsSpan().SequenceEqual(step.Bytes) ? null : "other bytes were read");
            default:
                return _raised.TryDequeue(out var raised) && raised == ((uint)step.Address, (byte)step.Value)
                    ? null
                    : $"expected that interrupt, got {(raised == default ? "none" : raised.ToString())}";
        }
    }

    private static string? Compare(ulong recorded, ulong replayed) =>
        recorded == replayed ? null : $"recorded 0x{recorded:x}, replayed 0x{replayed:x}";
}
