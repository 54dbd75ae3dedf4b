namespace NvmeDisk.Job;

/// <summary>Hears how far a job has come.</summary>
internal interface IJobProgress
{
    /// <summary>A part begins.</summary>
    void Begin(string what, long totalBytes);

    /// <summary>The part has come further.</summary>
    void Advance(long bytes);
}
