namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Every known difference. Asserts name the row they rely on, so a row that nobody relies on is an error, and DEVIATIONS.md prints them all.</summary>
internal static class Deviations
{
    public static readonly Deviation CachedReadOnlyWrite = new(
        "a write through a cached read-only translation",
        "drops the write and records nothing",
        "the tables decide again: fault 5 is recorded",
        "facts/vtd.md 4");

    public static readonly Deviation DomainContextIsGlobal = new(
        "a domain-selective context invalidation",
        "invalidates all contexts and reports the granularity global",
        "either is allowed; DriverSdk's unit forgets the domain's contexts and reports domain",
        "facts/vtd.md 4");

    public static readonly Deviation NoQueueErrorCode = new(
        "the code in IQERCD after a queue error",
        "stays 0",
        "names the error",
        "facts/vtd.md 1");

    /// <summary>All rows, in the order of the page.</summary>
    public static IReadOnlyDictionary<string, Deviation> All { get; } = typeof(Deviations).GetFields()
        .Where(field => field.FieldType == typeof(Deviation)).ToDictionary(field => field.Name, field => (Deviation)field.GetValue(null)!);
}
