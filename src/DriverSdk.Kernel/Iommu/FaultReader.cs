using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Reads the unit's fault records into the log and frees them for the next faults. Linux: <c>dmar_fault()</c>.</summary>
internal sealed class FaultReader(UnitRegisters registers, IommuFaultLog log, Func<Bdf, string> nameOf)
{
    private const int HighWord = 8;
    private const int PendingWord = 12;

    private readonly Lock _sync = new();
    private readonly ulong _records = registers.Capability.FaultRecordsOffset;
    private readonly int _recordCount = registers.Capability.FaultRecordCount;

    /// <summary>Lets the unit send its fault message.</summary>
    public void EnableMessage(InterruptMessage message)
    {
        registers.Write32(RegisterOffsets.FaultEvent + EventRegisters.Data, message.Data);
        registers.Write32(RegisterOffsets.FaultEvent + EventRegisters.Address, (uint)message.Address.Value);
        registers.Write32(RegisterOffsets.FaultEvent + EventRegisters.UpperAddress, (uint)(message.Address.Value >> 32));
        registers.Write32(RegisterOffsets.FaultEvent + EventRegisters.Control, new EventControl { Masked = false }.Value);
    }

    /// <summary>Takes every pending record; the handler of the fault interrupt, and harmless at any other time.</summary>
    /// <returns>Number of faults read.</returns>
    public int ReadAll()
    {
        lock (_sync)
        {
            var count = 0;
            // The unit sends its message only when the first reason appears: one that came while records were read must be found here, or no message follows.
            for (var status = ReadStatus(); status.Pending || status.Overflow; status = ReadStatus())
            {
                var index = status.FirstRecord;
                for (var looked = 0; looked < _recordCount; looked++)
                {
                    count += Take(index) ? 1 : 0;
                    index = (index + 1) % _recordCount;
                }

                if (!status.Overflow)
                    continue;
                log.AddOverflow();
                registers.Write32(RegisterOffsets.FaultStatus, new FaultStatus { Overflow = true }.Value);
            }

            return count;
        }
    }

    private FaultStatus ReadStatus() => new(registers.Read32(RegisterOffsets.FaultStatus));

    private bool Take(int index)
    {
        var at = _records + ((ulong)index * FaultRecord.SizeBytes);
        var high = registers.Read64(at + HighWord);
        var record = new FaultRecord(0, high);
        if (!record.IsPending)
            return false;
        record = new FaultRecord(registers.Read64(at), high);
        // F is cleared by writing one to it, in the record's last 32 bits.
        registers.Write32(at + PendingWord, (uint)(new FaultRecord { IsPending = true }.High >> 32));
        log.Add(new IommuFault(nameOf(record.Source), record.Source, record.Page, record.Access, record.Reason));
        return true;
    }
}
