namespace DriverSdk.Benchmarks.Recording;

/// <summary>A figure that was taken by starting programs: the medians of two series.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="FirstNanoseconds">Median of the first series.</param>
/// <param name="SecondNanoseconds">Median of the second series.</param>
/// <param name="FloorNanoseconds">What it cannot be less than.</param>
internal sealed record StartFigure(string Name, double FirstNanoseconds, double SecondNanoseconds, double FloorNanoseconds);
