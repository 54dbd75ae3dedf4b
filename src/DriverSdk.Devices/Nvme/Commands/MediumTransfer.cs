using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>Moves a command's data between memory and medium: the backend reads and writes the machine's RAM itself.</summary>
internal sealed class MediumTransfer(INvmeBackend backend, NvmeMemory memory, NvmeStatistics statistics)
{
    private static readonly DmaChunk<Progress> ReadChunk = ReadMedium;
    private static readonly DmaChunk<Progress> WriteChunk = WriteMedium;
    private static readonly DmaChunk<Progress> CompareChunk = CompareWithMedium;

    /// <summary>Medium to memory.</summary>
    public NvmeStatusCode Read(ulong offsetBytes, CommandScratch scratch) => Run(offsetBytes, scratch, IommuAccess.Write, ReadChunk);

    /// <summary>Memory to medium.</summary>
    public NvmeStatusCode Write(ulong offsetBytes, CommandScratch scratch) => Run(offsetBytes, scratch, IommuAccess.Read, WriteChunk);

    /// <summary>Memory against medium.</summary>
    public NvmeStatusCode Compare(ulong offsetBytes, CommandScratch scratch) => Run(offsetBytes, scratch, IommuAccess.Read, CompareChunk);

    private NvmeStatusCode Run(ulong offsetBytes, CommandScratch scratch, IommuAccess access, DmaChunk<Progress> action)
    {
        var progress = new Progress { Backend = backend, Statistics = statistics, Page = scratch.Page, OffsetBytes = offsetBytes };
        foreach (ref readonly var segment in scratch.Data.Segments)
        {
            var reached = memory.TryTransfer(in segment, access, ref progress, action);
            if (progress.Status != NvmeStatusCode.Success)
                return progress.Status;
            if (!reached)
                return NvmeStatusCode.DataTransferError;
        }

        return NvmeStatusCode.Success;
    }

    private static void ReadMedium(Span<byte> chunk, ulong offsetBytes, ref Progress progress)
    {
        if (progress.Status != NvmeStatusCode.Success)
            return;
        progress.Statistics.CountMediumAccess();
        progress.Status = progress.Backend.Read(progress.OffsetBytes, chunk) == BackendStatus.Success ? NvmeStatusCode.Success : NvmeStatusCode.UnrecoveredReadError;
        progress.OffsetBytes += (ulong)chunk.Length;
    }

    private static void WriteMedium(Span<byte> chunk, ulong offsetBytes, ref Progress progress)
    {
        if (progress.Status != NvmeStatusCode.Success)
            return;
        progress.Statistics.CountMediumAccess();
        progress.Status = NvmCommands.StatusOfWrite(progress.Backend.Write(progress.OffsetBytes, chunk));
        progress.OffsetBytes += (ulong)chunk.Length;
    }

    private static void CompareWithMedium(Span<byte> chunk, ulong offsetBytes, ref Progress progress)
    {
        while (progress.Status == NvmeStatusCode.Success && !chunk.IsEmpty)
        {
            var part = progress.Page.AsSpan(0, Math.Min(chunk.Length, progress.Page.Length));
            progress.Statistics.CountMediumAccess();
            if (progress.Backend.Read(progress.OffsetBytes, part) != BackendStatus.Success)
                progress.Status = NvmeStatusCode.UnrecoveredReadError;
            else if (!part.SequenceEqual(chunk[..part.Length]))
                progress.Status = NvmeStatusCode.CompareFailure;
            progress.OffsetBytes += (ulong)part.Length;
            chunk = chunk[part.Length..];
        }
    }

    private struct Progress
    {
        public INvmeBackend Backend;
        public NvmeStatistics Statistics;
        public byte[] Page;
        public ulong OffsetBytes;
        public NvmeStatusCode Status;
    }
}
