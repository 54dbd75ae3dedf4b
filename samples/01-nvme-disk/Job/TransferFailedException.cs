namespace NvmeDisk.Job;

/// <summary>The disk could not be read or written; the message ends the sentence "The transfer failed: ...".</summary>
internal sealed class TransferFailedException(string message) : Exception(message);
