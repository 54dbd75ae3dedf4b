namespace DriverSdk.Sanitizer;

/// <summary>What the sanitizer checks, and what it does with a finding.</summary>
public sealed record SanitizerOptions
{
    /// <summary>How DMA mappings are watched.</summary>
    public DmaChecks Dma { get; init; } = DmaChecks.Exact;

    /// <summary>What happens with a finding.</summary>
    public ViolationPolicy Policy { get; init; } = ViolationPolicy.Report;

    /// <summary>Where <see cref="ViolationPolicy.Report"/> writes; standard error unless set.</summary>
    public TextWriter Output { get; init; } = Console.Error;

    /// <summary>How many findings are kept with their text; later ones are counted only.</summary>
    public int MaxKept { get; init; } = 1000;
}
