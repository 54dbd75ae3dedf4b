using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;

namespace NvmeDisk.Driver;

internal sealed partial class NvmeHost
{
    /// <summary>Brings the controller from power-up to live. On an error everything taken is given back.</summary>
    public Errno Start()
    {
        var result = Prepare();
        if (!result.IsError)
            result = Enable();
        if (!result.IsError)
            result = Identify();
        if (!result.IsError)
            result = CreateIoQueues();
        if (!result.IsError)
        {
            State = ControllerState.Live;
            return result;
        }

        _recovery.Stop();
        TearDown();
        return result;
    }

    /// <summary>Takes the controller out of service; commands in flight end as cancelled.</summary>
    public void Remove()
    {
        // A reset under way ends first: it decides the state itself, and would call a controller live that is about to go.
        _recovery.Stop();
        State = ControllerState.Removing;
        ShutDown();
        TearDown();
    }

    /// <summary>Disables the controller and enables it again; the commands that were in flight are handed back, unmapped.</summary>
    internal Errno Reset(List<NvmeRequest> unfinished)
    {
        State = ControllerState.Resetting;
        var result = Silence(unfinished);
        if (!result.IsError)
            result = Enable();
        if (!result.IsError)
            result = CreateIoQueues();
        if (result.IsError)
            Silence(unfinished);
        State = result.IsError ? ControllerState.Dead : ControllerState.Live;
        return result;
    }

    /// <summary>Whether the controller has reported a fatal error or is gone from the bus, where every bit reads as one.</summary>
    internal bool HasFailed => (_registers.Read32(NvmeRegister.Csts) & NvmeRegister.CstsFatal) != 0;

    private Errno Prepare()
    {
        var result = _device.EnableDevice();
        if (result.IsError)
            return result;
        if (!_device.TryMapBar(0, out _registers))
            return Errno.NoDevice;
        if (_registers.Read32(NvmeRegister.Csts) == NvmeRegister.Gone)
            return Errno.NoDevice;
        result = _device.Dma.SetMaskAndCoherent(DmaMask.Bits(64));
        if (result.IsError)
            return result;
        result = _device.AllocIrqVectors(1, _options.IoQueueCount + 1);
        if (result.IsError)
            return result;

        var capabilities = _registers.Read64(NvmeRegister.Cap);
        // CAP.MPSMIN: a controller whose smallest page is larger than ours cannot follow our page lists.
        if (((capabilities >> 48) & 0xf) != 0)
            return Errno.NoDevice;
        var version = _registers.Read32(NvmeRegister.Vs);
        Version = new Version((int)(version >> 16), (int)((version >> 8) & 0xff));
        _strideBytes = 4 << (int)((capabilities >> 32) & 0xf);
        _readyTimeout = TimeSpan.FromMilliseconds(500 * Math.Max(1, (int)((capabilities >> 24) & 0xff)));
        var depth = Math.Min(_options.IoQueueDepthEntries, (int)(capabilities & 0xffff) + 1);
        return AllocateQueues(depth);
    }

    private Errno AllocateQueues(int depth)
    {
        var queues = new List<NvmeQueue>();
        for (var id = 0; id < Math.Max(_device.IrqVectorCount, 2); id++)
        {
            var queue = new NvmeQueue(_device, _registers, id, id == 0 ? AdminDepthEntries : depth, _strideBytes);
            var result = queue.Allocate();
            if (!result.IsError)
            {
                queues.Add(queue);
                result = queue.ConnectInterrupt();
            }

            _queues = [.. queues];
            if (result.IsError)
                return result;
        }

        return Errno.Success;
    }

    private Errno Enable()
    {
        var result = Disable();
        if (result.IsError)
            return result;
        _device.SetMaster();
        Admin.Start();
        _registers.Write32(NvmeRegister.Aqa, (uint)(Admin.DepthEntries - 1) | ((uint)(Admin.DepthEntries - 1) << 16));
        _registers.Write64(NvmeRegister.Asq, Admin.SubmissionIova);
        _registers.Write64(NvmeRegister.Acq, Admin.CompletionIova);
        _registers.Write32(NvmeRegister.Cc, NvmeRegister.CcEntrySizes | NvmeRegister.CcEnable);
        return WaitForStatus(NvmeRegister.CstsReady, NvmeRegister.CstsReady);
    }

    private Errno Disable()
    {
        var configuration = _registers.Read32(NvmeRegister.Cc);
        _registers.Write32(NvmeRegister.Cc, configuration & ~NvmeRegister.CcEnable);
        return WaitForStatus(NvmeRegister.CstsReady, 0);
    }

    private void ShutDown()
    {
        var configuration = _registers.Read32(NvmeRegister.Cc);
        if ((configuration & NvmeRegister.CcEnable) == 0)
            return;
        _registers.Write32(NvmeRegister.Cc, configuration | NvmeRegister.CcShutdownNormal);
        WaitForStatus(NvmeRegister.CstsShutdownMask, NvmeRegister.CstsShutdownComplete);
    }

    private Errno WaitForStatus(uint mask, uint wanted)
    {
        var deadline = Kernel.Clock.Now + _readyTimeout;
        for (; ; )
        {
            var status = _registers.Read32(NvmeRegister.Csts);
            if (status == NvmeRegister.Gone)
                return Errno.NoDevice;
            if ((status & mask) == wanted)
                return Errno.Success;
            // A fatal error outlasts everything but the clearing of CC.EN, so nothing else is worth waiting for.
            if ((status & NvmeRegister.CstsFatal) != 0 && wanted != 0)
                return Errno.InputOutput;
            if (Kernel.Clock.Now > deadline)
                return Errno.TimedOut;
            Kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
        }
    }

    private Errno CreateIoQueues()
    {
        var wanted = (uint)(IoQueueCount - 1);
        var request = new NvmeRequest();
        request.Prepare(new NvmeCommand { Opcode = NvmeOpcode.AdminSetFeatures, Dword10 = FeatureNumberOfQueues, Dword11 = wanted | (wanted << 16) }, default, DmaDirection.None);
        var result = ExecuteAdmin(request);
        if (result.IsError)
            return result;
        var granted = 1 + (int)Math.Min(request.Result & 0xffff, request.Result >> 16);
        TrimQueues(granted);
        foreach (var queue in _queues.AsSpan(1))
        {
            queue.Start();
            result = CreatePair(queue);
            if (result.IsError)
                return result;
        }

        return Errno.Success;
    }

    private Errno CreatePair(NvmeQueue queue)
    {
        const uint contiguous = 1, interruptsEnabled = 2;
        var idAndSize = (uint)queue.Id | ((uint)(queue.DepthEntries - 1) << 16);
        var result = ExecuteAdmin(new NvmeCommand
        {
            Opcode = NvmeOpcode.AdminCreateCq,
            Prp1 = queue.CompletionIova,
            Dword10 = idAndSize,
            Dword11 = contiguous | interruptsEnabled | ((uint)queue.Vector << 16),
        });
        return result.IsError ? result : ExecuteAdmin(new NvmeCommand
        {
            Opcode = NvmeOpcode.AdminCreateSq,
            Prp1 = queue.SubmissionIova,
            Dword10 = idAndSize,
            Dword11 = contiguous | ((uint)queue.Id << 16),
        });
    }

    // Queues beyond what the controller granted were never created there; their memory and interrupts go back.
    private void TrimQueues(int granted)
    {
        while (IoQueueCount > granted)
        {
            _queues[^1].Free();
            _queues = _queues[..^1];
        }
    }

    private void TearDown()
    {
        var unfinished = new List<NvmeRequest>();
        Silence(unfinished);
        foreach (var queue in _queues)
            queue.Free();
        _device.FreeIrqVectors();
        _queues = [];
        State = ControllerState.Dead;
        NvmeRecovery.Cancel(unfinished);
    }

    /// <summary>Stops the controller and takes all commands out of its queues; those of the admin queue end as cancelled, the others are handed back.</summary>
    private Errno Silence(List<NvmeRequest> unfinished)
    {
        if (_queues.Length == 0)
            return Errno.Success;
        var result = Disable();
        // A controller that did not stop when it was told to can reach no memory from here on; what comes next unmaps and reuses it.
        _device.ClearMaster();
        var administrative = new List<NvmeRequest>();
        Admin.Close(administrative);
        foreach (var queue in _queues.AsSpan(1))
            queue.Close(unfinished);
        FreeAbandoned();
        NvmeRecovery.Cancel(administrative);
        return result;
    }

    private void FreeAbandoned()
    {
        foreach (var buffer in _abandoned)
            Kernel.Memory.Kfree(buffer);
        _abandoned.Clear();
    }
}
