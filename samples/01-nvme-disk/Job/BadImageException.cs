namespace NvmeDisk.Job;

/// <summary>The file the user named cannot be a disk; the message is the one sentence to print.</summary>
/// <param name="message">What was found, what was expected and what to do.</param>
internal sealed class BadImageException(string message) : Exception(message);
