using System.Net.Sockets;
using System.Text;
using DriverSdk.Cli.Commands;

namespace DriverSdk.Cli.Tests.Sockets;

/// <summary>A whole command line on a thread of its own, and sockets to talk to it.</summary>
internal sealed class DoorProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Task<int> _run;
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public DoorProcess(params string[] arguments) =>
        _run = Task.Factory.StartNew(() => DriverSdkCommand.Run(arguments, TextWriter.Synchronized(_output), TextWriter.Synchronized(_errors)), TaskCreationOptions.LongRunning);

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    /// <summary>Waits for the end and returns the exit code.</summary>
    public int ExitCode()
    {
        Assert.IsTrue(_run.Wait(Patience), "the command did not end");
        return _run.Result;
    }

    /// <summary>Waits until the door says where it listens.</summary>
    public string ListeningAt()
    {
        Assert.IsTrue(SpinWait.SpinUntil(() => Output.Contains('\n', StringComparison.Ordinal) || _run.IsCompleted, Patience));
        StringAssert.StartsWith(Output, "listening on ", Errors);
        return Output["listening on ".Length..].Trim();
    }

    public static Socket Accept(Socket listener)
    {
        Assert.IsTrue(listener.Poll(Patience, SelectMode.SelectRead), "the door did not connect");
        return listener.Accept();
    }

    public static string Ask(Socket socket, string line)
    {
        socket.Send(Encoding.ASCII.GetBytes(line + "\n"));
        var answer = "";
        var buffer = new byte[256];
        while (!answer.EndsWith('\n'))
        {
            var length = socket.Receive(buffer);
            Assert.AreNotEqual(0, length, $"the door closed on '{line}'");
            answer += Encoding.ASCII.GetString(buffer, 0, length);
        }

        return answer.TrimEnd('\n');
    }
}
