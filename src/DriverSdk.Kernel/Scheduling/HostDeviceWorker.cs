namespace DriverSdk.Kernel.Scheduling;

/// <summary>Runs scheduled device work of the host scheduler beside the CPUs, as hardware does. Started by the first post.</summary>
internal sealed class HostDeviceWorker(KernelScheduler core) : IDisposable
{
    private readonly object _signal = new();
    private readonly Queue<DeviceWorkSlot> _ready = new();
    private Thread? _thread;
    private bool _stopping;

    public void Post(DeviceWorkSlot slot)
    {
        lock (_signal)
        {
            if (_stopping)
                return;
            _ready.Enqueue(slot);
            if (_thread is null)
            {
                _thread = new Thread(Work) { IsBackground = true, Name = "devices" };
                _thread.Start();
            }

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
            DeviceWorkSlot slot;
            lock (_signal)
            {
                while (_ready.Count == 0 && !_stopping)
                    Monitor.Wait(_signal);
                if (_stopping)
                    return;
                slot = _ready.Dequeue();
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
