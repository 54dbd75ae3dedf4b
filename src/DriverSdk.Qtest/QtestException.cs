namespace DriverSdk.Qtest;

/// <summary>The machine answered FAIL, closed the connection, stayed silent, or answered something that is no answer to the request.</summary>
/// <param name="message">What was sent, and what came back.</param>
public sealed class QtestException(string message) : Exception(message);
