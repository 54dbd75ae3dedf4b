namespace DriverSdk.Kernel.Scheduling;

/// <summary>Runs scheduled device work of the host scheduler beside the CPUs, as hardware does. Started by the first post.</summary>
internal sealed class HostDeviceWorker(KernelScheduler core) : IDisposable
{
    private readonly object _signal = new();
    private readonly Queue<DeviceWorkSlot> _ready = new();
    private Thread? _thread;
    private volatile int _readyCount;
    private volatile bool _stopping;
    private bool _isAsleep;

    public void Post(DeviceWorkSlot slot)
    {
        lock (_signal)
        {
            if (_stopping)
                return;
            _ready.Enqueue(slot);
            _readyCount = _ready.Count;
            if (_thread is null)
            {
                _thread = new Thread(Work) { IsBackground = true, Name = "devices" };
                _thread.Start();
            }

            if (_isAsleep)
                Monitor.Pulse(_signal);
        }
    }

    public void Dispose()
    {
        lock (_signal)
        {
            _stopping = true;
            Monitor.Pulse(_signal);
        }

        _thread?.Join();
    }

    private void Work()
    {
        while (true)
        {
            var spin = new BriefSpin();
            while (_readyCount == 0 && !_stopping && spin.TryOnce())
            {
            }

            DeviceWorkSlot slot;
            lock (_signal)
            {
                _isAsleep = true;
                while (_ready.Count == 0 && !_stopping)
                    Monitor.Wait(_signal);
                _isAsleep = false;
                if (_stopping)
                    return;
                slot = _ready.Dequeue();
                _readyCount = _ready.Count;
            }

            try
            {
                slot.Execute();
            }
            catch (Exception exception)
            {
                core.Panic($"device work '{slot.Work.Name}'", exception);
            }
        }
    }
}
