namespace DriverSdk.Testing;

/// <summary>A scenario expected something else than what happened. Every test framework reports it as a failure.</summary>
/// <param name="message">What was expected and what was seen.</param>
public sealed class ScenarioFailedException(string message) : Exception(message);
