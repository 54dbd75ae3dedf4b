namespace NvmeDisk.Job;

/// <summary>What a run found; what it did on the way is in <see cref="JobFigures"/>.</summary>
/// <param name="Image">The file behind the disk.</param>
/// <param name="DriverHash">SHA-256 of what the driver read.</param>
/// <param name="ExpectedHash">SHA-256 of what the host holds.</param>
/// <param name="Failure">Why the transfer failed, or null.</param>
/// <param name="Figures">What the machine counted.</param>
internal sealed record JobResult(ImageFile Image, string DriverHash, string ExpectedHash, string? Failure, JobFigures Figures)
{
    /// <summary>Whether everything was read, read right, through the IOMMU, and put back in order.</summary>
    public bool Agrees => Complaint is null;

    /// <summary>The first thing that went wrong, as a sentence, or null.</summary>
    public string? Complaint =>
        Failure is not null ? $"The transfer failed: {Failure}."
        : DriverHash != ExpectedHash ? "The driver read something else than the host holds."
        : Figures.MapCount != Figures.UnmapCount ? "A mapping outlived its command: maps and unmaps differ."
        : Figures.BytesTranslated < Figures.BytesRead ? "Some of the bytes did not come through the IOMMU."
        : Figures.Violations.Count > 0 ? Figures.Violations[0].ToString()
        : null;
}
