namespace DriverSdk.Benchmarks;

/// <summary>A second thread that works beside the measuring one: it sleeps until it is woken, and then spins until there is work.</summary>
internal sealed class Companion : IDisposable
{
    private readonly SemaphoreSlim _woken = new(0);
    private readonly Thread _thread;
    private Func<ulong>? _work;
    private ulong _result;
    private volatile State _state;

    /// <summary>Starts the thread, asleep.</summary>
    public Companion()
    {
        _thread = new Thread(Serve) { IsBackground = true, Name = "companion" };
        _thread.Start();
    }

    private enum State
    {
        Asleep,
        Ready,
        Working,
        Ended,
    }

    /// <summary>Returns when the thread runs and waits for its work.</summary>
    public void Wake()
    {
        _woken.Release();
        WaitFor(State.Ready);
    }

    /// <summary>Does one thing here and one there, at once, and returns both results added; the thread sleeps afterwards.</summary>
    /// <param name="there">Done by the thread.</param>
    /// <param name="here">Done by the caller.</param>
    public ulong RunBeside(Func<ulong> there, Func<ulong> here)
    {
        if (_state != State.Ready)
            Wake();
        _work = there;
        _state = State.Working;
        var sum = here();
        WaitFor(State.Asleep);
        return sum + _result;
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _state = State.Ended;
        _woken.Release();
        _thread.Join();
        _woken.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            _woken.Wait();
            if (_state == State.Ended)
                return;
            _state = State.Ready;
            WaitFor(State.Working);
            _result = _work!();
            _state = State.Asleep;
        }
    }

    private void WaitFor(State state)
    {
        while (_state != state)
            Thread.SpinWait(1);
    }
}
