using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Qtest.Iommu;

/// <summary>The unit's fault records (facts/vtd.md 6), read and cleared as a driver does.</summary>
/// <param name="registers">The unit.</param>
public sealed class FaultLog(RegisterFile registers)
{
    private const uint Overflow = 1;

    /// <summary>Whether a fault was lost because all records were full.</summary>
    public bool HasOverflowed => new FaultStatus(registers.FaultStatus).Overflow;

    /// <summary>The pending records, from the first one on, left as they are.</summary>
    public IReadOnlyList<FaultRecord> Peek()
    {
        var status = new FaultStatus(registers.FaultStatus);
        var records = new List<FaultRecord>();
        for (var step = 0; step < registers.FaultRecordCount; step++)
        {
            var record = Read((status.FirstRecord + step) % registers.FaultRecordCount);
            if (record.IsPending)
                records.Add(record);
        }

        return records;
    }

    /// <summary>The pending records, cleared, with the overflow bit.</summary>
    public IReadOnlyList<FaultRecord> Take()
    {
        var records = Peek();
        for (var index = 0; index < registers.FaultRecordCount; index++)
            registers.Write64(HighOf(index), 1UL << 63);
        registers.Write32(RegisterOffsets.FaultStatus, Overflow);
        return records;
    }

    /// <summary>One record, pending or not.</summary>
    /// <param name="index">From 0.</param>
    public FaultRecord Read(int index) => new(registers.Read64(HighOf(index) - 8), registers.Read64(HighOf(index)));

    private ulong HighOf(int index) => registers.FaultRecords + ((ulong)index * FaultRecord.SizeBytes) + 8;
}
