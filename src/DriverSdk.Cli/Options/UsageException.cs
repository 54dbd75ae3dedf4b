namespace DriverSdk.Cli.Options;

/// <summary>The command line is wrong; the message says what was found, what was expected and what to write.</summary>
internal sealed class UsageException(string message) : Exception(message);
