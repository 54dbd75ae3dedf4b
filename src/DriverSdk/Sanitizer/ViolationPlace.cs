namespace DriverSdk.Sanitizer;

/// <summary>A line of the driver's source that has to do with a finding.</summary>
/// <param name="What">What happened there, such as <c>mapped</c>.</param>
/// <param name="File">Full path of the source file.</param>
/// <param name="Line">The line, from 1.</param>
public readonly record struct ViolationPlace(string What, string File, int Line)
{
    /// <summary>The place as <c>mapped at Nic.cs:88</c>.</summary>
    public override string ToString() => $"{What} at {Path.GetFileName(File)}:{Line}";
}
