namespace DriverSdk.Benchmarks.Recording;

/// <summary>A figure that was taken by starting programs: the fastest of each of two series.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="FirstNanoseconds">Fastest of the first series.</param>
/// <param name="SecondNanoseconds">Fastest of the second series.</param>
/// <param name="FloorNanoseconds">What it cannot be less than.</param>
internal sealed record StartFigure(string Name, double FirstNanoseconds, double SecondNanoseconds, double FloorNanoseconds);
