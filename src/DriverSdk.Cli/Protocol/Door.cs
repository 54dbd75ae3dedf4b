using DriverSdk.Cli.Machines;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Cli.Protocol;

/// <summary>One client's view of one machine: takes bytes, executes the lines in them in order, and keeps the answers.</summary>
/// <param name="machine">The machine.</param>
internal sealed class Door(QtestMachine machine) : IPinWatcher
{
    /// <summary>Most bytes that one request moves: 64 MiB.</summary>
    public const int MostTransferBytes = 64 << 20;

    // A write in hexadecimal is the longest request.
    private readonly LineCutter _cutter = new((2 * MostTransferBytes) + 256);
    private byte[] _scratch = new byte[4096];

    /// <summary>The machine.</summary>
    public QtestMachine Machine => machine;

    /// <summary>What waits to be sent.</summary>
    public AnswerBuffer Answers { get; } = new();

    /// <summary>Whether the client sees the I/O APIC's pins.</summary>
    public bool SeesPins { get; private set; }

    /// <summary>Takes the next bytes of the connection; they may end in the middle of a line.</summary>
    public void Accept(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (_cutter.Cut(ref bytes, out var line))
            {
                case LineKind.Complete:
                    Execute(line);
                    break;
                case LineKind.TooLong:
                    Answers.Fail($"The line was longer than {_cutter.MostBytes} bytes; move at most {MostTransferBytes} bytes with one request.");
                    break;
            }
        }
    }

    /// <summary>Starts to tell the client about pins.</summary>
    public void InterceptPins()
    {
        SeesPins = true;
        machine.WatchPins(this);
    }

    /// <summary>Bytes to work with during one request; what they hold at first is undefined.</summary>
    public Span<byte> Scratch(int lengthBytes)
    {
        if (_scratch.Length < lengthBytes)
            _scratch = new byte[lengthBytes];
        return _scratch.AsSpan(0, lengthBytes);
    }

    void IPinWatcher.Raised(int pin) => Answers.Notice("raise", pin);

    void IPinWatcher.Lowered(int pin) => Answers.Notice("lower", pin);

    private void Execute(ReadOnlySpan<byte> line)
    {
        var words = new Words(line);
        if (CommandTable.Find(words.Command) is not { } command)
        {
            Answers.FailUnknown(words.Command);
            return;
        }

        if (words.Count < command.Required)
        {
            Answers.Fail($"{command.Name} got {words.Count} arguments; give {command.Arguments}.");
            return;
        }

        command.Handler(this, words);
    }
}
