namespace DriverSdk.Cli.Options;

/// <summary>The command line is wrong; the message says what was found, what was expected and what to write.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The complaint of whoever was given what the command line said, without what .NET adds about parameters.</summary>
    /// <param name="refused">Its exception.</param>
    /// <param name="prefix">What stands before its sentence.</param>
    public static UsageException Of(Exception refused, string prefix = "") =>
        new(prefix + refused.Message.Split(Environment.NewLine)[0].Split(" (Parameter")[0]);
}
