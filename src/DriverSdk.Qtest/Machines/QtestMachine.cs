using System.Diagnostics;

namespace DriverSdk.Qtest.Machines;

/// <summary>A running machine with its qtest connection. What differs between the doors (time, how a delivered message is seen) is hidden here.</summary>
public abstract class QtestMachine : IDisposable
{
    private readonly MachineProcess _process;
    private readonly QtestMachineOptions _options;
    private readonly DirectoryInfo _folder;

    private protected QtestMachine(string program, IReadOnlyList<string> arguments, QtestMachineOptions options, DirectoryInfo folder)
    {
        _options = options;
        _folder = folder;
        using var listener = new QtestListener(SocketIn(folder));
        _process = new MachineProcess(program, arguments);
        try
        {
            Client = Accept(listener);
            WaitUntilItAnswers();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The connection.</summary>
    public QtestClient Client { get; }

    /// <summary>Everything the machine's process has written so far; ends up in the messages of failed waits.</summary>
    public string Output => _process.Output;

    /// <summary>Lets time pass until a condition holds, asking again and again.</summary>
    /// <param name="condition">May use the client.</param>
    /// <param name="awaited">What is waited for, as the message of a failed wait says it.</param>
    /// <exception cref="QtestException">It did not come true within <see cref="QtestMachineOptions.WaitTimeout"/>.</exception>
    public void WaitUntil(Func<bool> condition, string awaited)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > _options.WaitTimeout)
                throw new QtestException($"Waited {_options.WaitTimeout.TotalSeconds:0.#} s for {awaited}, and it did not happen; {_process.Describe()}");
            LetTimePass();
        }
    }

    /// <summary>The messages that reached the CPUs' interrupt controllers since the machine started, oldest first.</summary>
    public abstract IReadOnlyList<DeliveredInterrupt> DeliveredInterrupts();

    /// <summary>Closes the connection and ends the process.</summary>
    public void Dispose()
    {
        Client?.Dispose();
        _process.Dispose();
        if (Directory.Exists(_folder.FullName))
            _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until the machine ends by itself, as it should when its client closes.</summary>
    public bool WaitForExit(TimeSpan timeout) => _process.WaitForExit(timeout);

    private protected static DirectoryInfo CreateFolder() => Directory.CreateTempSubdirectory("dsq-");

    private protected static QtestAddress SocketIn(DirectoryInfo folder) => QtestAddress.OfSocketFile(Path.Combine(folder.FullName, "s"));

    /// <summary>Gives virtual time a chance to reach the next deadline.</summary>
    private protected abstract void LetTimePass();

    // QEMU connects before it looks at its devices, so a refused option shows only when it should answer.
    private void WaitUntilItAnswers()
    {
        try
        {
            Client.Execute("endianness");
        }
        catch (QtestException silence)
        {
            _process.WaitForExit(TimeSpan.FromSeconds(1));
            throw new QtestException($"The machine connected and did not answer; {_process.Describe()}", silence);
        }
    }

    private QtestClient Accept(QtestListener listener)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < _options.StartTimeout && !_process.HasExited)
        {
            if (listener.TryAccept(TimeSpan.FromMilliseconds(50)) is { } client)
                return client;
        }

        throw new QtestException($"The machine did not connect to {listener.Address} within {clock.Elapsed.TotalSeconds:0.#} s; {_process.Describe()}");
    }
}
