namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Every known difference. Asserts name the row they rely on, so a row that nobody relies on is an error, and DEVIATIONS.md prints them all.</summary>
internal static class Deviations
{
    public static readonly Deviation CachedReadOnlyWrite = new(
        "a write through a cached read-only translation",
        "drops the write and records nothing",
        "the tables decide again: fault 5 is recorded",
        "facts/vtd.md 4");

    /// <summary>All rows, in the order of the page.</summary>
    public static IReadOnlyDictionary<string, Deviation> All { get; } = typeof(Deviations).GetFields()
        .Where(field => field.FieldType == typeof(Deviation)).ToDictionary(field => field.Name, field => (Deviation)field.GetValue(null)!);
}
