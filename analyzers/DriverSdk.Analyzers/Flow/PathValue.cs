namespace DriverSdk.Analyzers.Flow;

/// <summary>A path and the value the expression just evaluated has on it.</summary>
internal readonly record struct PathValue(PathState State, int Value);
