using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>The commands of the I/O queues: the checks in the order in which their statuses take precedence here, then the work.</summary>
internal sealed class NvmCommands(NvmeCore core)
{
    private const uint DatasetDeallocate = 1 << 2;

    private readonly INvmeBackend _backend = core.Backend;
    private readonly MediumTransfer _transfer = new(core.Backend, core.Memory, core.Statistics);

    public static NvmeStatusCode StatusOfWrite(BackendStatus status) => status switch
    {
        BackendStatus.Success => NvmeStatusCode.Success,
        BackendStatus.WriteProtected => NvmeStatusCode.NamespaceWriteProtected,
        _ => NvmeStatusCode.WriteFault,
    };

    public CommandOutcome Execute(in NvmeCommand command, CommandScratch scratch)
    {
        core.Statistics.CountNvm(command.Opcode);
        if (command.Flags != 0)
            return NvmeStatusCode.InvalidField;
        var status = (NvmOpcode)command.Opcode switch
        {
            NvmOpcode.Flush => Flush(in command),
            NvmOpcode.Write => Write(in command, scratch),
            NvmOpcode.Read => Read(in command, scratch),
            NvmOpcode.Compare => Compare(in command, scratch),
            NvmOpcode.WriteZeroes => WriteZeroes(in command),
            NvmOpcode.DatasetManagement => ManageDataset(in command, scratch),
            _ => NvmeStatusCode.InvalidOpcode,
        };
        if (status is NvmeStatusCode.UnrecoveredReadError or NvmeStatusCode.WriteFault)
            core.Statistics.CountMediaError();
        return status;
    }

    private NvmeStatusCode Flush(in NvmeCommand command) =>
        command.NamespaceId is NvmeCore.NamespaceId or NvmeCore.AllNamespaces ? StatusOfWrite(_backend.Flush()) : NvmeStatusCode.InvalidNamespace;

    private NvmeStatusCode Read(in NvmeCommand command, CommandScratch scratch)
    {
        var status = Prepare(in command, scratch);
        if (status == NvmeStatusCode.Success)
            status = _transfer.Read(OffsetOf(in command), scratch);
        if (status == NvmeStatusCode.Success)
            core.Statistics.CountRead((long)LengthOf(in command));
        return status;
    }

    private NvmeStatusCode Write(in NvmeCommand command, CommandScratch scratch)
    {
        var status = CheckWritable(in command);
        if (status == NvmeStatusCode.Success)
            status = Prepare(in command, scratch);
        if (status == NvmeStatusCode.Success)
            status = _transfer.Write(OffsetOf(in command), scratch);
        if (status != NvmeStatusCode.Success)
            return status;
        core.Statistics.CountWritten((long)LengthOf(in command));
        return MakeDurable(in command);
    }

    private NvmeStatusCode Compare(in NvmeCommand command, CommandScratch scratch)
    {
        var status = Prepare(in command, scratch);
        return status == NvmeStatusCode.Success ? _transfer.Compare(OffsetOf(in command), scratch) : status;
    }

    private NvmeStatusCode WriteZeroes(in NvmeCommand command)
    {
        var status = CheckWritable(in command);
        if (status == NvmeStatusCode.Success)
            status = CheckBlocks(command.StartBlock, command.BlockCount);
        if (status == NvmeStatusCode.Success)
            status = StatusOfWrite(_backend.WriteZeroes(OffsetOf(in command), LengthOf(in command)));
        return status == NvmeStatusCode.Success ? MakeDurable(in command) : status;
    }

    private NvmeStatusCode ManageDataset(in NvmeCommand command, CommandScratch scratch)
    {
        if (command.NamespaceId != NvmeCore.NamespaceId)
            return NvmeStatusCode.InvalidNamespace;
        var lengthBytes = ((int)(command.Dword10 & 0xff) + 1) * Unsafe.SizeOf<DatasetRange>();
        var status = core.ReadData(in command, scratch, scratch.Page.AsSpan(0, lengthBytes));
        if (status != NvmeStatusCode.Success)
            return status;
        var ranges = MemoryMarshal.Cast<byte, DatasetRange>(scratch.Page.AsSpan(0, lengthBytes));
        foreach (ref readonly var range in ranges)
        {
            if (CheckBlocks(range.StartBlock, range.BlockCount) is var check and not NvmeStatusCode.Success)
                return check;
        }

        // The other attributes are hints about future access, and there is nothing to prepare for.
        return (command.Dword11 & DatasetDeallocate) != 0 ? Deallocate(in command, ranges) : NvmeStatusCode.Success;
    }

    private NvmeStatusCode Deallocate(in NvmeCommand command, ReadOnlySpan<DatasetRange> ranges)
    {
        var status = CheckWritable(in command);
        foreach (ref readonly var range in ranges)
        {
            if (status == NvmeStatusCode.Success && range.BlockCount > 0)
                status = StatusOfWrite(_backend.WriteZeroes(range.StartBlock * (ulong)_backend.BlockBytes, range.BlockCount * (ulong)_backend.BlockBytes));
        }

        return status;
    }

    /// <summary>Checks a data command and resolves where its data lies in memory.</summary>
    private NvmeStatusCode Prepare(in NvmeCommand command, CommandScratch scratch)
    {
        if (command.NamespaceId != NvmeCore.NamespaceId)
            return NvmeStatusCode.InvalidNamespace;
        if (LengthOf(in command) > (ulong)core.Options.MaximumTransferBytes)
            return NvmeStatusCode.InvalidField;
        var status = CheckBlocks(command.StartBlock, command.BlockCount);
        return status == NvmeStatusCode.Success ? core.Prps.Resolve(in command, LengthOf(in command), core.Registers.PageBytes, scratch) : status;
    }

    private NvmeStatusCode CheckWritable(in NvmeCommand command) =>
        command.NamespaceId != NvmeCore.NamespaceId ? NvmeStatusCode.InvalidNamespace
        : _backend.Access == BackendAccess.ReadOnly ? NvmeStatusCode.NamespaceWriteProtected
        : NvmeStatusCode.Success;

    private NvmeStatusCode CheckBlocks(ulong start, uint count) =>
        start <= _backend.BlockCount && count <= _backend.BlockCount - start ? NvmeStatusCode.Success : NvmeStatusCode.LbaOutOfRange;

    private NvmeStatusCode MakeDurable(in NvmeCommand command) =>
        command.ForceUnitAccess || !core.Features.IsWriteCacheEnabled ? StatusOfWrite(_backend.Flush()) : NvmeStatusCode.Success;

    private ulong OffsetOf(in NvmeCommand command) => command.StartBlock * (ulong)_backend.BlockBytes;

    private ulong LengthOf(in NvmeCommand command) => command.BlockCount * (ulong)_backend.BlockBytes;
}
