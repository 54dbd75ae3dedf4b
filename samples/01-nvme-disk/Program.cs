using System.CommandLine;
using NvmeDisk.Job;
using Spectre.Console;

namespace NvmeDisk;

internal static class Program
{
    private const int Agreed = 0;
    private const int Disagreed = 1;
    private const int BadInput = 2;

    public static int Main(string[] arguments)
    {
        var image = new Argument<string?>("image")
        {
            Description = "A disk image to read, attached read-only. Without one the sample makes its own of 256 MiB, writes it, reads it back and compares.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var queues = Number("--queues", "I/O queues to ask the controller for.", 2, 1, 64);
        var depth = Number("--depth", "Commands kept in flight.", 32, 1, 512);
        var block = Number("--block-size", "Bytes of a block: 512 or 4096.", 512, 512, 4096);
        var root = new RootCommand("Reads a disk through an NVMe driver, an emulated controller and an emulated IOMMU, and holds its SHA-256 against the host's own.")
        {
            image, queues, depth, block,
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
            return Refuse(string.Join(' ', parsed.Errors.Select(error => error.Message)));
        root.SetAction(result => Run(new DiskJobOptions
        {
            ImagePath = result.GetValue(image),
            IoQueueCount = result.GetValue(queues),
            DepthCommands = result.GetValue(depth),
            BlockBytes = result.GetValue(block),
        }));
        return parsed.Invoke();
    }

    private static int Run(DiskJobOptions options)
    {
        try
        {
            var result = ProgressDisplay.Show(AnsiConsole.Console, progress => new DiskJob(options).Run(progress));
            ResultTable.Print(AnsiConsole.Console, result);
            return result.Agrees ? Agreed : Disagreed;
        }
        catch (BadImageException exception)
        {
            return Refuse(exception.Message);
        }
    }

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return BadInput;
    }

    private static Option<int> Number(string name, string description, int ordinary, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {most}.", DefaultValueFactory = _ => ordinary };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
                result.AddError($"{name} was given as {value}; give a number from {least} to {most}.");
        });
        return option;
    }
}
