using DriverSdk.Contract.Ports;
using DriverSdk.Devices.Nvme.Commands;
using DriverSdk.Devices.Nvme.Queues;

namespace DriverSdk.Devices.Nvme;

/// <summary>Enable, ready, fatal, shutdown, reset: what CC asks for and CSTS answers.</summary>
/// <remarks>Getting ready and shutting down are work of the device and take their time; a reset is heard at once and is over when the last running work has left.</remarks>
internal sealed class NvmeLifecycle : IDeviceWork
{
    private const uint ReadyBit = 1;
    private const uint FatalBit = 2;
    private const int ShutdownStatusShift = 2;
    private const uint ShutdownOccurring = 1;
    private const uint ShutdownComplete = 2;

    private readonly Lock _lock = new();
    private readonly NvmeCore _core;
    private bool _wantsStart;
    private bool _wantsStop;
    private volatile bool _isReady;
    private volatile bool _isFatal;
    private uint _shutdownStatus;

    public NvmeLifecycle(INvmePort port, Backends.INvmeBackend backend, NvmeControllerOptions options) =>
        _core = new NvmeCore(port, backend, options, OnDrained);

    /// <inheritdoc/>
    public string Name => $"{_core.Port.Name}.control";

    public NvmeCore Core => _core;

    /// <summary>CSTS.RDY.</summary>
    public bool IsReady => _isReady;

    /// <summary>CSTS.</summary>
    public uint Status => (_isReady ? ReadyBit : 0) | (_isFatal ? FatalBit : 0) | (Volatile.Read(ref _shutdownStatus) << ShutdownStatusShift);

    /// <summary>Takes a new value of CC.</summary>
    public void Configure(uint value)
    {
        bool stops, hasWork;
        lock (_lock)
        {
            var wasEnabled = _core.Registers.IsEnabled;
            _core.Registers.Configuration = value;
            stops = wasEnabled && !_core.Registers.IsEnabled;
            _wantsStop |= stops;
            _wantsStart = (_wantsStart || !wasEnabled) && _core.Registers.IsEnabled;
            hasWork = _wantsStart && !wasEnabled;
            if (stops && _isReady && _shutdownStatus != ShutdownComplete)
                _core.Statistics.CountUnsafeShutdown();
            if (!stops && _core.Registers.ShutdownNotification != 0 && _shutdownStatus == 0)
            {
                _shutdownStatus = ShutdownOccurring;
                hasWork = true;
            }
        }

        if (stops)
            _core.Gate.Close();
        if (hasWork)
            _core.Port.Timeline.Post(this);
    }

    /// <inheritdoc/>
    public void Run()
    {
        bool starts, shutsDown;
        lock (_lock)
        {
            starts = _wantsStart && !_wantsStop;
            _wantsStart &= !starts;
            shutsDown = _shutdownStatus == ShutdownOccurring;
            if (starts)
                Start();
        }

        if (shutsDown)
            ShutDown();
    }

    /// <summary>Stops all work until the driver resets the controller.</summary>
    public void Fail()
    {
        _isFatal = true;
        _core.Gate.Close();
    }

    private void Start()
    {
        var registers = _core.Registers;
        if (!registers.IsStartable)
        {
            _isFatal = true;
            return;
        }

        var completions = new CompletionQueue(0, registers.AdminCompletionStart, registers.AdminCompletionEntries, vector: 0);
        var scratch = new CommandScratch(_core.Options.MaximumTransferBytes);
        _core.Queues.Add(completions);
        _core.Queues.Add(new SubmissionQueue(
            _core.Engine, $"{_core.Port.Name}.admin", 0, registers.AdminSubmissionStart, registers.AdminSubmissionEntries, completions, scratch));
        _core.Gate.Open();
        _isReady = true;
    }

    private void ShutDown()
    {
        _core.Gate.Close();
        _core.Backend.Flush();
        lock (_lock)
        {
            if (_shutdownStatus == ShutdownOccurring)
                _shutdownStatus = ShutdownComplete;
        }
    }

    private void OnDrained()
    {
        bool startsAgain;
        lock (_lock)
        {
            if (!_wantsStop)
                return;
            _wantsStop = false;
            _core.Queues.Clear(_core.Statistics);
            _core.Features.Clear();
            _core.Events.Clear();
            _isReady = false;
            _isFatal = false;
            _shutdownStatus = 0;
            startsAgain = _wantsStart;
        }

        _core.Port.Silence();
        if (startsAgain)
            _core.Port.Timeline.Post(this);
    }
}
