using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using NvmeDisk.Driver;

namespace NvmeDisk.Job;

/// <summary>Streams a whole disk in order with many commands in flight: the oldest command is awaited, the others run meanwhile.</summary>
/// <remarks>Each command has a buffer of its own, mapped when the command is sent and unmapped when it ends.</remarks>
internal sealed class TransferWindow : IDisposable
{
    private const ulong ChunkBytes = 1 << 20;

    private readonly NvmeHost _controller;
    private readonly KernelInstance _kernel;
    private readonly NvmeRequest[] _requests;
    private readonly KernelBuffer[] _buffers;
    private readonly ulong _chunkBytes;

    /// <summary>Takes the buffers.</summary>
    /// <exception cref="TransferFailedException">Memory has run out.</exception>
    public TransferWindow(NvmeHost controller, KernelInstance kernel, int depthCommands)
    {
        _controller = controller;
        _kernel = kernel;
        _chunkBytes = Math.Min(ChunkBytes, controller.MaxTransferBytes);
        _requests = new NvmeRequest[depthCommands];
        _buffers = new KernelBuffer[depthCommands];
        for (var slot = 0; slot < depthCommands; slot++)
        {
            _requests[slot] = new NvmeRequest();
            _buffers[slot] = kernel.Memory.Kmalloc(_chunkBytes, Gfp.Kernel);
            if (!_buffers[slot].IsNull)
                continue;
            Dispose();
            throw new TransferFailedException($"the kernel has no memory for {depthCommands} buffers of {_chunkBytes} bytes");
        }
    }

    private ulong DiskBytes => _controller.BlockCount * (ulong)_controller.BlockBytes;

    /// <summary>Reads the disk from its first to its last byte and hands each piece over in order.</summary>
    /// <exception cref="TransferFailedException">A command could not be sent or ended with an error.</exception>
    public void ReadAll(ChunkSink sink) => Stream(NvmeOpcode.Read, DmaDirection.FromDevice, static (_, _) => { }, sink);

    /// <summary>Writes the disk from its first to its last byte with what <paramref name="source"/> gives.</summary>
    /// <exception cref="TransferFailedException">A command could not be sent or ended with an error.</exception>
    public void WriteAll(ChunkSource source) => Stream(NvmeOpcode.Write, DmaDirection.ToDevice, source, static (_, _) => { });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            if (!buffer.IsNull)
                _kernel.Memory.Kfree(buffer);
        }
    }

    private void Stream(byte opcode, DmaDirection direction, ChunkSource source, ChunkSink sink)
    {
        ulong sent = 0, finished = 0;
        try
        {
            while (finished < DiskBytes)
            {
                for (; sent < DiskBytes && sent - finished < _chunkBytes * (ulong)_requests.Length; sent += LengthAt(sent))
                    Send(sent, opcode, direction, source);
                _controller.Commit();
                var (offset, slot) = (finished, SlotOf(finished));
                _requests[slot].Done.Wait();
                finished += LengthAt(offset);
                var status = _requests[slot].Status;
                if (!status.IsSuccess)
                    throw new TransferFailedException($"the command at byte {offset} ended with {status}");
                using (var view = _buffers[slot].Read(0, LengthAt(offset)))
                    sink((long)offset, view.Bytes);
            }
        }
        catch (TransferFailedException)
        {
            _controller.Commit();
            // The buffers belong to the controller until their commands have ended.
            for (; finished < sent; finished += LengthAt(finished))
                _requests[SlotOf(finished)].Done.Wait();
            throw;
        }
    }

    private void Send(ulong offset, byte opcode, DmaDirection direction, ChunkSource source)
    {
        var slot = SlotOf(offset);
        var data = _buffers[slot].Slice(0, LengthAt(offset));
        using (var view = data.Write())
            source((long)offset, view.Bytes);
        var blockBytes = (ulong)_controller.BlockBytes;
        _requests[slot].Prepare(NvmeCommand.Transfer(opcode, 1, offset / blockBytes, (int)(data.LengthBytes / blockBytes)), data, direction);
        var enqueued = _controller.Enqueue(_requests[slot]);
        if (enqueued.IsError)
            throw new TransferFailedException($"the command at byte {offset} could not be sent: {enqueued}");
    }

    private int SlotOf(ulong offset) => (int)(offset / _chunkBytes % (ulong)_requests.Length);

    private ulong LengthAt(ulong offset) => Math.Min(_chunkBytes, DiskBytes - offset);
}
