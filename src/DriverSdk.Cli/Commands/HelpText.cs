using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using DriverSdk.Cli.Devices;
using DriverSdk.Cli.Options;
using DriverSdk.Cli.Protocol;
using Spectre.Console;

namespace DriverSdk.Cli.Commands;

/// <summary>What <c>--help</c> prints: every option, every key of the lists, and the protocol, from the tables that the command itself reads.</summary>
internal static class HelpText
{
    /// <summary>Has a command print this help instead of the library's.</summary>
    public static void Replace(Command command, TextWriter output)
    {
        foreach (var help in command.Options.OfType<HelpOption>())
            help.Action = new WriteAction(output);
    }

    /// <summary>Whether help was asked for, so that other mistakes do not matter.</summary>
    public static bool IsAsked(ParseResult parsed) => parsed.Action is WriteAction;

    /// <summary>Help of the tool as a whole.</summary>
    public static int WriteRoot(TextWriter output)
    {
        var console = ConsoleOn(output);
        console.MarkupLine("[bold]driversdk[/] COMMAND");
        console.MarkupLine("");
        Rows(console,
        [
            ("qtest", "Puts an emulated q35 behind a socket that speaks QEMU's qtest protocol; 'driversdk qtest --help' explains it."),
            ("--version", "Prints the version."),
        ]);
        return 0;
    }

    /// <summary>Help of <c>driversdk qtest</c>.</summary>
    public static int WriteQtest(Command command, TextWriter output)
    {
        var console = ConsoleOn(output);
        console.MarkupLine(Markup.Escape("driversdk qtest --socket unix:PATH[,server=on]|tcp:HOST:PORT[,server=on] [--memory SIZE] [--cpus N]"));
        console.MarkupLine(Markup.Escape("                [--iommu [KEY=VALUE,...]] [--device NAME[,KEY=VALUE...]@BB:DD.F]..."));
        Title(console, "Options");
        Rows(console, command.Options.Where(option => option is not HelpOption).Select(option => (option.Name, option.Description ?? "")));
        Title(console, "Example: a client that listens on /tmp/q drives a unit and a device behind it");
        console.MarkupLine("  driversdk qtest --socket unix:/tmp/q --iommu aw-bits=48,caching-mode=on --device edu@00:03.0");
        Title(console, "Keys of --iommu; those of QEMU's intel-iommu have its names, emu- stands before our own");
        Rows(console, UnitKeys.All.Select(key => ($"{key.Name}={key.Values}", $"{key.Meaning} Default: {key.Default}.")));
        foreach (var kind in DeviceRegistry.All)
        {
            Title(console, $"--device {kind.Name}: {kind.Meaning}");
            Rows(console, kind.Keys.Select(key => ($"{key.Name}={key.Values}", $"{key.Meaning} Default: {key.Default}.")));
        }

        Title(console, "Requests, one a line, answered in order; a wrong one is answered with FAIL and a sentence");
        Rows(console, CommandTable.All.Select(row => ($"{row.Name} {row.Arguments}".TrimEnd(), $"{row.Meaning} Answer: {row.Answer}")));
        Title(console, "Exit codes: 0 the client closed, 1 the host refused something, 2 the command line is wrong");
        return 0;
    }

    private static IAnsiConsole ConsoleOn(TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        // Lines are left to the terminal to fold: whoever pipes help into a search wants whole sentences.
        console.Profile.Width = int.MaxValue;
        return console;
    }

    private static void Title(IAnsiConsole console, string text)
    {
        console.MarkupLine("");
        console.MarkupLine($"[bold]{Markup.Escape(text)}[/]");
    }

    private static void Rows(IAnsiConsole console, IEnumerable<(string Name, string Meaning)> rows)
    {
        var all = rows.ToList();
        var width = all.Select(row => row.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, meaning) in all)
            console.MarkupLine($"  [green]{Markup.Escape(name.PadRight(width))}[/]  {Markup.Escape(meaning)}");
    }

    private sealed class WriteAction(TextWriter output) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) =>
            parseResult.CommandResult.Command is { Name: "qtest" } qtest ? WriteQtest(qtest, output) : WriteRoot(output);
    }
}
