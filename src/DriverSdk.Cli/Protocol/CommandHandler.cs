namespace DriverSdk.Cli.Protocol;

/// <summary>Executes one request and answers it exactly once. All required arguments are there; what they hold is the handler's to judge.</summary>
/// <param name="door">The connection.</param>
/// <param name="words">The request.</param>
internal delegate void CommandHandler(Door door, scoped in Words words);
