using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

internal static partial class UnitRegisterTable
{
    private const int FaultRecordRows = 8;

    /// <summary>All registers, in order of their offsets.</summary>
    public static IReadOnlyList<UnitRegister> All { get; } =
    [
        Word("VER", RegisterOffsets.Version, unit => UnitCapabilities.Version.Value),
        Quad("CAP", RegisterOffsets.Capability, unit => unit.Capability.Value),
        Quad("ECAP", RegisterOffsets.ExtendedCapability, unit => unit.ExtendedCapability.Value),
        Word("GCMD", RegisterOffsets.GlobalCommand, unit => 0, (unit, value) => unit.Control.Command((GlobalCommand)value)),
        Word("GSTS", RegisterOffsets.GlobalStatus, unit => (uint)unit.Control.Status),
        Quad("RTADDR", RegisterOffsets.RootTableAddress, unit => unit.Control.RootTableRegister, (unit, value) => unit.Control.RootTableRegister = value),
        Quad("CCMD", RegisterOffsets.ContextCommand, unit => unit.Commands.Context, (unit, value) => unit.Commands.Context = value),
        Word("FSTS", RegisterOffsets.FaultStatus, unit => unit.Faults.Status.Value, (unit, value) => unit.Faults.ClearStatus(value)),
        FaultEvent("FECTL", EventRegisters.Control),
        FaultEvent("FEDATA", EventRegisters.Data),
        FaultEvent("FEADDR", EventRegisters.Address),
        FaultEvent("FEUADDR", EventRegisters.UpperAddress),
        Word("PMEN", RegisterOffsets.ProtectedMemoryEnable, unit => unit.Protected.Enable, (unit, value) => unit.Protected.Enable = value),
        Word("PLMBASE", RegisterOffsets.ProtectedLowBase, unit => (uint)unit.Protected.LowBase, (unit, value) => unit.Protected.LowBase = value),
        Word("PLMLIMIT", RegisterOffsets.ProtectedLowLimit, unit => (uint)unit.Protected.LowLimit, (unit, value) => unit.Protected.LowLimit = value),
        Quad("PHMBASE", RegisterOffsets.ProtectedHighBase, unit => unit.Protected.HighBase, (unit, value) => unit.Protected.HighBase = value),
        Quad("PHMLIMIT", RegisterOffsets.ProtectedHighLimit, unit => unit.Protected.HighLimit, (unit, value) => unit.Protected.HighLimit = value),
        Quad("IQH", RegisterOffsets.QueueHead, unit => unit.Queue.Head),
        Quad("IQT", RegisterOffsets.QueueTail, unit => unit.Queue.Tail, (unit, value) => unit.Queue.Tail = value),
        Quad("IQA", RegisterOffsets.QueueAddress, unit => unit.Queue.Address, (unit, value) => unit.Queue.Address = value),
        Word("ICS", RegisterOffsets.CompletionStatus, unit => unit.Queue.Completion, (unit, value) => unit.Queue.ClearCompletion(value)),
        CompletionEvent("IECTL", EventRegisters.Control),
        CompletionEvent("IEDATA", EventRegisters.Data),
        CompletionEvent("IEADDR", EventRegisters.Address),
        CompletionEvent("IEUADDR", EventRegisters.UpperAddress),
        Quad("IQERCD", RegisterOffsets.QueueErrorRecord, unit => unit.Queue.ErrorRecord),
        Quad("IRTA", RegisterOffsets.InterruptTableAddress, unit => unit.Interrupts.TableRegister, (unit, value) => unit.Interrupts.TableRegister = value),
        Quad("IVA", UnitCapabilities.IotlbRegistersOffset + RegisterOffsets.InvalidateAddressInIotlbRegisters,
            unit => 0, (unit, value) => unit.Commands.Address = new InvalidateAddress(value), unit => unit.Commands.Address.Value),
        Quad("IOTLB", UnitCapabilities.IotlbRegistersOffset + RegisterOffsets.IotlbCommandInIotlbRegisters,
            unit => unit.Commands.Iotlb, (unit, value) => unit.Commands.Iotlb = value),
        .. Enumerable.Range(0, FaultRecordRows).SelectMany(FaultRecordRow),
    ];

    // Stands below the table because static fields are initialised in the order of their text.
    private static readonly UnitRegister?[] ByWord = Index();

    private static UnitRegister Word(string name, ulong offset, Func<RemappingUnit, uint> read, Action<RemappingUnit, uint>? write = null) =>
        new(name, offset, 4, unit => read(unit), write is null ? null : (unit, value) => write(unit, (uint)value), unit => 0);

    private static UnitRegister Quad(string name, ulong offset, Func<RemappingUnit, ulong> read, Action<RemappingUnit, ulong>? write = null,
        Func<RemappingUnit, ulong>? other = null) =>
        new(name, offset, 8, read, write, other ?? read);

    private static UnitRegister FaultEvent(string name, ulong register) =>
        Word(name, RegisterOffsets.FaultEvent + register,
            unit => unit.Faults.ReadEvent(register), (unit, value) => unit.Faults.WriteEvent(register, value));

    private static UnitRegister CompletionEvent(string name, ulong register) =>
        Word(name, RegisterOffsets.CompletionEvent + register,
            unit => unit.Queue.ReadEvent(register), (unit, value) => unit.Queue.WriteEvent(register, value));

    // A clear goes by ones, so the half that a 32-bit write leaves out must count as zeros.
    private static IEnumerable<UnitRegister> FaultRecordRow(int index)
    {
        var offset = UnitCapabilities.FaultRecordsOffset + ((ulong)index * 16);
        yield return Quad($"FRCD{index}_LO", offset, unit => unit.Faults.ReadRecord(index, RecordHalf.Low));
        yield return Quad($"FRCD{index}_HI", offset + 8,
            unit => unit.Faults.ReadRecord(index, RecordHalf.High), (unit, value) => unit.Faults.ClearRecord(index, value), unit => 0);
    }
}
