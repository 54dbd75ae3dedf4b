using System.CommandLine;
using System.Net.Sockets;
using DriverSdk.Cli.Options;

namespace DriverSdk.Cli.Commands;

/// <summary>The command line as a whole.</summary>
internal static class DriverSdkCommand
{
    /// <summary>Exit code of a wrong command line.</summary>
    public const int UsageError = 2;

    /// <summary>Exit code when the host refuses something: no such socket, no memory.</summary>
    public const int HostError = 1;

    /// <summary>Runs a command line to its end.</summary>
    /// <param name="arguments">What was typed, without the command's name.</param>
    /// <param name="output">Takes help and notices.</param>
    /// <param name="errors">Takes complaints, one line each.</param>
    /// <returns>The process's exit code: 0, <see cref="HostError"/> or <see cref="UsageError"/>.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        var qtest = new QtestCommand(output);
        var root = new RootCommand("DriverSdk's emulated machine on the command line.") { qtest.Command };
        root.SetAction(_ => HelpText.WriteRoot(output));
        foreach (var command in (Command[])[root, qtest.Command])
            HelpText.Replace(command, output);
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parsed.Errors.Count != 0 && !HelpText.IsAsked(parsed))
                throw new UsageException(parsed.Errors[0].Message);
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = errors });
        }
        catch (UsageException wrong)
        {
            errors.WriteLine($"driversdk: {wrong.Message} 'driversdk qtest --help' explains all options.");
            return UsageError;
        }
        catch (Exception refused) when (refused is SocketException or IOException or UnauthorizedAccessException or InsufficientMemoryException)
        {
            errors.WriteLine($"driversdk: {refused.Message}");
            return HostError;
        }
    }
}
