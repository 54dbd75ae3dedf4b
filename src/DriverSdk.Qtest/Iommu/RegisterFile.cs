using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Machines;

namespace DriverSdk.Qtest.Iommu;

/// <summary>The registers of a VT-d unit (facts/vtd.md 1): plain access by offset, and the sequences that take several of them.</summary>
public sealed class RegisterFile
{
    private const GlobalCommand OneShot =
        GlobalCommand.SetRootTablePointer | GlobalCommand.SetFaultLog | GlobalCommand.WriteBufferFlush | GlobalCommand.SetInterruptTablePointer;

    private readonly PhysAddr _start;

    /// <summary>Reads the capabilities; the unit of both machines lies at <see cref="UsualPlace"/>.</summary>
    public RegisterFile(QtestMachine machine, PhysAddr start)
    {
        ArgumentNullException.ThrowIfNull(machine);
        Machine = machine;
        _start = start;
        var values = machine.Client.StartBatch().Read64(start + RegisterOffsets.Capability).Read64(start + RegisterOffsets.ExtendedCapability).Run();
        Capability = values[0];
        ExtendedCapability = values[1];
        IotlbRegisters = new ExtendedCapability(values[1]).IotlbRegistersOffset;
        FaultRecords = new Capability(values[0]).FaultRecordsOffset;
        FaultRecordCount = new Capability(values[0]).FaultRecordCount;
    }

    /// <summary>Where a q35 has its unit.</summary>
    public static PhysAddr UsualPlace => new(0xfed9_0000);

    /// <summary>The capability register, as it was at the start.</summary>
    public ulong Capability { get; }

    /// <summary>The extended capability register, as it was at the start.</summary>
    public ulong ExtendedCapability { get; }

    /// <summary>Offset of the fault records.</summary>
    public ulong FaultRecords { get; }

    /// <summary>How many fault records there are.</summary>
    public int FaultRecordCount { get; }

    /// <summary>Offset of the two registers that invalidate the IOTLB.</summary>
    public ulong IotlbRegisters { get; }

    /// <summary>What is on, as the global status register says.</summary>
    public uint GlobalStatus => Read32(RegisterOffsets.GlobalStatus);

    /// <summary>The fault status register.</summary>
    public uint FaultStatus => Read32(RegisterOffsets.FaultStatus);

    internal QtestMachine Machine { get; }

    /// <summary>Reads 32 bits at an offset.</summary>
    public uint Read32(ulong offset) => Machine.Client.Read32(_start + offset);

    /// <summary>Reads 64 bits at an offset.</summary>
    public ulong Read64(ulong offset) => Machine.Client.Read64(_start + offset);

    /// <summary>Writes 32 bits at an offset.</summary>
    public void Write32(ulong offset, uint value) => Machine.Client.Write32(_start + offset, value);

    /// <summary>Writes 64 bits at an offset.</summary>
    public void Write64(ulong offset, ulong value) => Machine.Client.Write64(_start + offset, value);

    /// <summary>Gives the unit a legacy-mode root table and waits until it has taken it.</summary>
    public void SetRootTable(PhysAddr table)
    {
        Write64(RegisterOffsets.RootTableAddress, table.Value);
        SwitchOn(GlobalCommand.SetRootTablePointer);
    }

    /// <summary>Gives the unit an interrupt table of 2^(<paramref name="sizeOrder"/>+1) entries and waits until it has taken it.</summary>
    public void SetInterruptTable(PhysAddr table, int sizeOrder)
    {
        Write64(RegisterOffsets.InterruptTableAddress, table.Value | (uint)sizeOrder);
        SwitchOn(GlobalCommand.SetInterruptTablePointer);
    }

    /// <summary>Switches translation on.</summary>
    public void EnableTranslation() => SwitchOn(GlobalCommand.Translation);

    /// <summary>Switches translation off.</summary>
    public void DisableTranslation() => SwitchOff(GlobalCommand.Translation);

    /// <summary>Switches interrupt remapping on.</summary>
    public void EnableInterruptRemapping() => SwitchOn(GlobalCommand.InterruptRemapping);

    /// <summary>Switches interrupt remapping off.</summary>
    public void DisableInterruptRemapping() => SwitchOff(GlobalCommand.InterruptRemapping);

    /// <summary>Invalidates every cached context, then the whole IOTLB, through the registers: what a new table needs.</summary>
    public void InvalidateEverything()
    {
        Issue(ContextInvalidation.Global());
        Issue(IotlbInvalidation.Global());
    }

    /// <summary>Invalidates the whole IOTLB through the registers.</summary>
    public void InvalidateIotlb() => Issue(IotlbInvalidation.Global());

    /// <summary>Invalidates a domain's translations through the registers.</summary>
    public void InvalidateIotlb(DomainId domain) => Issue(IotlbInvalidation.OfDomain(domain));

    /// <summary>Invalidates 2^<paramref name="addressMask"/> pages of a domain through the registers.</summary>
    public void InvalidateIotlb(DomainId domain, Iova page, int addressMask) => Issue(IotlbInvalidation.OfPages(domain, page, addressMask));

    /// <summary>Writes a command bit and waits for its status bit.</summary>
    internal void SwitchOn(GlobalCommand bit)
    {
        Command(bit, bit);
        Machine.WaitUntil(() => ((GlobalCommand)GlobalStatus & bit) == bit, $"GSTS.{bit} to become 1");
    }

    /// <summary>Clears a command bit and waits until its status bit is clear.</summary>
    internal void SwitchOff(GlobalCommand bit)
    {
        Command(bit, GlobalCommand.None);
        Machine.WaitUntil(() => ((GlobalCommand)GlobalStatus & bit) == 0, $"GSTS.{bit} to become 0");
    }

    /// <summary>Writes GCMD so that one bit changes and the others stay as GSTS has them; does not wait.</summary>
    internal void Command(GlobalCommand bit, GlobalCommand value)
    {
        var kept = (GlobalCommand)GlobalStatus & ~OneShot & ~bit;
        Write32(RegisterOffsets.GlobalCommand, (uint)(kept | value));
    }

    /// <summary>Invalidates contexts through CCMD and returns the granularity that the unit reports.</summary>
    internal ContextGranularity Issue(in ContextInvalidation request)
    {
        Write64(RegisterOffsets.ContextCommand, new ContextCommand { Request = request, Busy = true }.Value);
        ContextCommand after = default;
        Machine.WaitUntil(() => !(after = new ContextCommand(Read64(RegisterOffsets.ContextCommand))).Busy, "CCMD.ICC to become 0");
        return after.Actual;
    }

    /// <summary>Invalidates translations through the IOTLB registers and returns the granularity that the unit reports.</summary>
    internal IotlbGranularity Issue(in IotlbInvalidation request)
    {
        if (request.Granularity == IotlbGranularity.Page)
            Write64(IotlbRegisters + RegisterOffsets.InvalidateAddressInIotlbRegisters,
                new InvalidateAddress { Page = request.Page, AddressMask = request.AddressMask, Hint = request.Hint }.Value);
        var at = IotlbRegisters + RegisterOffsets.IotlbCommandInIotlbRegisters;
        Write64(at, new IotlbCommand { Granularity = request.Granularity, Domain = request.Domain, Drain = request.Drain, Busy = true }.Value);
        IotlbCommand after = default;
        Machine.WaitUntil(() => !(after = new IotlbCommand(Read64(at))).Busy, "IOTLB.IVT to become 0");
        return after.Actual;
    }
}
