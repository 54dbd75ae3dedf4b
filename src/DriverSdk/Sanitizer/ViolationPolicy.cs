namespace DriverSdk.Sanitizer;

/// <summary>What the sanitizer does with a finding.</summary>
public enum ViolationPolicy
{
    /// <summary>Keeps it and writes it to the output; the driver goes on.</summary>
    Report,

    /// <summary>Counts it, and keeps it for whoever asks; writes nothing.</summary>
    Count,

    /// <summary>Keeps it and throws a <see cref="ViolationException"/> in the driver's call, before that call has done harm.</summary>
    Throw,
}
