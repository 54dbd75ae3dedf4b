using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace DriverSdk.Tests.Replay;

/// <summary>The smallest driver that reads blocks of an NVMe disk: one queue pair beside the admin queue, one command at a time, completion by interrupt.</summary>
internal sealed class BlockReader : PciDriver
{
    private const int Entries = 8;
    private readonly Completion _interrupted = new("nvme");
    private readonly CoherentBuffer[] _rings = new CoherentBuffer[4];
    private readonly int[] _tails = new int[2];
    private PciDevice _device = null!;
    private MmioRegion _registers;

    public override IReadOnlyList<PciId> Ids => [PciId.Device(NvmeController.VendorId, NvmeController.DeviceId)];

    protected internal override DriverSdk.Kernel.Errno Probe(PciDevice device)
    {
        _device = device;
        device.EnableDevice();
        device.SetMaster();
        device.Dma.SetMaskAndCoherent(DmaMask.Bits(64));
        Assert.IsTrue(device.TryMapBar(0, out _registers));
        Assert.AreEqual(DriverSdk.Kernel.Errno.Success, device.AllocIrqVectors(1, 1));
        device.Kernel.Interrupts.RequestIrq(device.IrqVector(0), "nvme", _ =>
        {
            _interrupted.Complete();
            return IrqReturn.Handled;
        }, out var handler);
        device.Managed.Add(() => device.Kernel.Interrupts.FreeIrq(handler!));
        for (var ring = 0; ring < _rings.Length; ring++)
        {
            Assert.IsTrue(device.Dma.TryAllocCoherent(4096, Gfp.Kernel | Gfp.Zero, out _rings[ring]));
            var held = _rings[ring];
            device.Managed.Add(() => device.Dma.FreeCoherent(held));
        }

        Start();
        return DriverSdk.Kernel.Errno.Success;
    }

    protected internal override void Remove(PciDevice device) => _registers.Write32(0x14, 0);

    public byte[] ReadBlocks(ulong firstBlock, int blocks)
    {
        var memory = _device.Kernel.Memory;
        var buffer = memory.Kmalloc((ulong)blocks * 512, Gfp.Kernel);
        Assert.IsTrue(_device.Dma.TryMap<FromDevice>(buffer, out var loan));
        Submit(1, new NvmeCommand
        {
            Opcode = (byte)NvmOpcode.Read,
            NamespaceId = 1,
            Prp1 = loan.Iova,
            Prp2 = new Iova((loan.Iova.Value & ~0xfffUL) + 0x1000),
            Dword10 = (uint)firstBlock,
            Dword12 = (uint)(blocks - 1),
        });
        loan.Unmap();
        var bytes = new byte[blocks * 512];
        buffer.CopyTo(bytes);
        memory.Kfree(buffer);
        return bytes;
    }

    private void Start()
    {
        _registers.Write32(0x24, (Entries - 1) | ((Entries - 1) << 16));
        _registers.Write64(0x28, _rings[0].Iova.Value);
        _registers.Write64(0x30, _rings[1].Iova.Value);
        _registers.Write32(0x14, (6 << 16) | (4 << 20) | 1);
        Assert.AreEqual(1u, _registers.Read32(0x1c) & 3, "ready, and not failed");
        Submit(0, new NvmeCommand { Opcode = (byte)AdminOpcode.CreateCompletionQueue, Prp1 = _rings[3].Iova, Dword10 = 1 | ((Entries - 1) << 16), Dword11 = 3 });
        Submit(0, new NvmeCommand { Opcode = (byte)AdminOpcode.CreateSubmissionQueue, Prp1 = _rings[2].Iova, Dword10 = 1 | ((Entries - 1) << 16), Dword11 = 1 | (1 << 16) });
    }

    private void Submit(int queue, NvmeCommand command)
    {
        var slot = _tails[queue] % Entries;
        var phase = ((_tails[queue] / Entries) & 1) == 0 ? 1 : 0;
        var next = (uint)(++_tails[queue] % Entries);
        command.CommandId = (ushort)slot;
        _rings[2 * queue].Memory.CopyFrom(MemoryMarshal.AsBytes(new ReadOnlySpan<NvmeCommand>(in command)), (ulong)slot * 64);
        _registers.Write32((ulong)(0x1000 + (8 * queue)), next);
        Assert.IsTrue(_interrupted.WaitTimeout(TimeSpan.FromSeconds(10)), "the completion's interrupt");
        var completion = default(NvmeCompletion);
        _rings[(2 * queue) + 1].Memory.CopyTo(MemoryMarshal.AsBytes(new Span<NvmeCompletion>(ref completion)), (ulong)slot * 16);
        Assert.AreEqual(phase, completion.Phase);
        Assert.AreEqual(0, completion.StatusAndPhase >> 1, $"status of opcode {command.Opcode}");
        _registers.Write32((ulong)(0x1004 + (8 * queue)), next);
    }
}
