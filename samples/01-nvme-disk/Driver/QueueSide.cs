namespace NvmeDisk.Driver;

/// <summary>Which half of a queue pair; the value is its place among the doorbells.</summary>
internal enum QueueSide
{
    SubmissionTail = 0,
    CompletionHead = 1,
}
