using System.CommandLine;
using NvmeDisk.Job;
using Spectre.Console;

namespace NvmeDisk;

internal static class Program
{
    private const int Agreed = 0;
    private const int Disagreed = 1;
    private const int BadInput = 2;

    public static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error, options => new DiskJob(options));

    /// <summary>The whole program, with its outputs and its job in the caller's hands.</summary>
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors, Func<DiskJobOptions, DiskJob> makeJob)
    {
        var image = new Argument<string?>("image")
        {
            Description = "A disk image to read, attached read-only. Without one the sample makes its own of 256 MiB, writes it, reads it back and compares.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var queues = Number("--queues", "I/O queues to ask the controller for, 1 to 64.", 2, value => value is >= 1 and <= 64, "a number from 1 to 64");
        var depth = Number("--depth", "Commands kept in flight, 1 to 512.", 32, value => value is >= 1 and <= 512, "a number from 1 to 512");
        var block = Number("--block-size", "Bytes of a block, 512 or 4096.", 512, value => value is 512 or 4096, "512 or 4096");
        var root = new RootCommand("Reads a disk through an NVMe driver, an emulated controller and an emulated IOMMU, and holds its SHA-256 against the host's own.")
        {
            image, queues, depth, block,
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
            return Refuse(errors, string.Join(' ', parsed.Errors.Select(error => error.Message)));
        root.SetAction(result => Run(output, errors, makeJob(new DiskJobOptions
        {
            ImagePath = result.GetValue(image),
            IoQueueCount = result.GetValue(queues),
            DepthCommands = result.GetValue(depth),
            BlockBytes = result.GetValue(block),
        })));
        return parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
    }

    private static int Run(TextWriter output, TextWriter errors, DiskJob job)
    {
        try
        {
            var console = ConsoleFor(output);
            var result = ProgressDisplay.Show(console, job.Run);
            ResultTable.Print(console, result);
            return result.Agrees ? Agreed : Disagreed;
        }
        catch (BadImageException exception)
        {
            return Refuse(errors, exception.Message);
        }
    }

    // A redirected output gets text and nothing else, and so does a person who asks for it (no-color.org).
    private static IAnsiConsole ConsoleFor(TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var wantsColour = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = wantsColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
    }

    private static int Refuse(TextWriter errors, string sentence)
    {
        errors.WriteLine(sentence);
        return BadInput;
    }

    private static Option<int> Number(string name, string description, int ordinary, Predicate<int> isAllowed, string allowed)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => ordinary };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && !isAllowed(value))
                result.AddError($"{name} was given as {value}; give {allowed}.");
        });
        return option;
    }
}
