namespace NvmeDisk.Job;

/// <summary>What a run found; what it did on the way is in <see cref="JobFigures"/>.</summary>
/// <param name="Image">The file behind the disk.</param>
/// <param name="DriverHash">SHA-256 of what the driver read.</param>
/// <param name="ExpectedHash">SHA-256 of what the host holds.</param>
/// <param name="Failure">Why the transfer failed, or null.</param>
/// <param name="Figures">What the machine counted.</param>
internal sealed record JobResult(ImageFile Image, string DriverHash, string ExpectedHash, string? Failure, JobFigures Figures)
{
    /// <summary>Whether everything was read, and read right.</summary>
    public bool Agrees => Failure is null && DriverHash == ExpectedHash && Figures.MapCount == Figures.UnmapCount;
}
