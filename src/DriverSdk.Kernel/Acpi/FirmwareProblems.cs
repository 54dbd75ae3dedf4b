namespace DriverSdk.Kernel.Acpi;

/// <summary>What the kernel found wrong with firmware's tables at boot, a sentence each; it went on without what was wrong. Linux: <c>FW_BUG</c> in the log.</summary>
internal sealed class FirmwareProblems
{
    private readonly List<string> _all = [];

    /// <summary>The sentences, oldest first.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Writes one down; boot is single-threaded.</summary>
    public void Add(string problem) => _all.Add(problem);
}
