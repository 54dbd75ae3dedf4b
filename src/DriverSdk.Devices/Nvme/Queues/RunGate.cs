namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>Lets work in while the controller is enabled, and says when the last of it has left after a reset closed the gate.</summary>
/// <remarks>A reset cannot wait: it may come from the very CPU that runs the work. So CSTS.RDY falls when the last work leaves, as on a real controller.</remarks>
internal sealed class RunGate(Action drained)
{
    private readonly Lock _lock = new();
    private volatile bool _isOpen;
    private int _inside;

    /// <summary>Whether work may go on; looked at between two commands.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Starts a piece of work, unless the gate is closed.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (!_isOpen)
                return false;
            _inside++;
            return true;
        }
    }

    /// <summary>Ends a piece of work.</summary>
    public void Exit()
    {
        lock (_lock)
        {
            if (--_inside > 0 || _isOpen)
                return;
        }

        drained();
    }

    /// <summary>Lets work in.</summary>
    public void Open()
    {
        lock (_lock)
            _isOpen = true;
    }

    /// <summary>Lets no more work in; <c>drained</c> is called now when nobody is inside, else by the last who leaves. Closing a closed gate asks again.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
            if (_inside > 0)
                return;
        }

        drained();
    }
}
