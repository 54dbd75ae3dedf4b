namespace DriverSdk.Qtest;

/// <summary>The machine answered FAIL, closed the connection, stayed silent, or answered something that is no answer to the request.</summary>
/// <param name="message">What was sent, and what came back.</param>
/// <param name="cause">What the message explains further, or null.</param>
public sealed class QtestException(string message, Exception? cause = null) : Exception(message, cause);
