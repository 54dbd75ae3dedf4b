using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using DriverSdk.Cli.Devices;
using DriverSdk.Cli.Machines;
using DriverSdk.Cli.Options;
using DriverSdk.Cli.Protocol;
using DriverSdk.Cli.Sockets;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Cli.Commands;

/// <summary><c>driversdk qtest</c>: puts a machine behind a socket.</summary>
internal sealed class QtestCommand
{
    private const int MostCpus = 64;

    private readonly Option<string?> _socket = new("--socket") { Description = "Where the client is: unix:PATH or tcp:HOST:PORT. The door connects to it; with ,server=on it listens there itself. It ends when the client closes." };
    private readonly Option<string> _memory = new("--memory") { Description = "RAM, a multiple of 2M from 32M to 64G. Default: 256M.", DefaultValueFactory = _ => "256M" };
    private readonly Option<string> _cpus = new("--cpus") { Description = "Local APICs that interrupts can reach, 1 to 64. Default: 1.", DefaultValueFactory = _ => "1" };
    private readonly Option<string?> _iommu = new("--iommu") { Description = "A VT-d unit at 0xFED90000 with these keys; without this option there is none.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _devices = new("--device") { Description = "A device on bus 0: NAME[,KEY=VALUE...]@BB:DD.F. May be repeated." };
    private readonly TextWriter _output;

    public QtestCommand(TextWriter output)
    {
        _output = output;
        Command = new Command("qtest", "Puts an emulated q35 behind a socket that speaks QEMU's qtest protocol.") { _socket, _memory, _cpus, _iommu, _devices };
        Command.SetAction(Run);
    }

    /// <summary>The command with its options.</summary>
    public Command Command { get; }

    private int Run(ParseResult parsed)
    {
        var address = SocketAddress.Parse(parsed.GetValue(_socket) ?? throw new UsageException("--socket is missing; write --socket unix:PATH, where the client listens."));
        using var machine = Build(parsed);
        using var socket = Open(address);
        DoorLoop.Serve(socket, new Door(machine));
        return 0;
    }

    private Socket Open(SocketAddress address)
    {
        try
        {
            return SocketOpener.Open(address, Announce);
        }
        catch (SocketException refused)
        {
            var hint = address.Role == SocketRole.Client ? "start the client first, or add ,server=on" : "is the address taken?";
            // For a missing file the host's words speak of an address that cannot be assigned.
            var reason = address is { Role: SocketRole.Client, Path: { } path } && !File.Exists(path) ? "there is no such socket" : refused.Message;
            throw new IOException($"{address} cannot be opened: {reason}; {hint}.");
        }
    }

    private void Announce(SocketAddress address)
    {
        _output.WriteLine($"listening on {address}");
        _output.Flush();
    }

    private QtestMachine Build(ParseResult parsed)
    {
        var owned = new List<IDisposable>();
        try
        {
            return new QtestMachine(new MachineParts
            {
                Memory = new MemoryLayout(new OptionValue("--memory", parsed.GetValue(_memory)!, "SIZE, such as 256M").Size),
                CpuCount = ParseCpus(parsed.GetValue(_cpus)!),
                Unit = parsed.GetResult(_iommu) is null ? null : ParseUnit(parsed.GetValue(_iommu)),
                Functions = [.. (parsed.GetValue(_devices) ?? []).Select(text => DeviceRegistry.Make(text, owned))],
                Owned = owned,
            });
        }
        catch (Exception refused)
        {
            foreach (var resource in owned)
                resource.Dispose();
            if (refused is ArgumentException)
                throw UsageException.Of(refused);
            throw;
        }
    }

    private static RemappingUnitOptions ParseUnit(string? text) =>
        OptionList.Apply("--iommu", string.IsNullOrEmpty(text) ? [] : OptionList.Cut(text), UnitKeys.All, new RemappingUnitOptions());

    private static int ParseCpus(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostCpus
            ? count
            : throw new UsageException($"--cpus is '{text}'; give 1 to {MostCpus}.");
}
