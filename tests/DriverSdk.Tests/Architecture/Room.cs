namespace DriverSdk.Tests.Architecture;

/// <summary>A row of the room table in ARCHITECTURE.md.</summary>
/// <param name="Name">The namespace without its leading <c>DriverSdk.</c>; <c>Kernel</c> alone is that assembly's root folder.</param>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="MayUse">Names of rooms; <c>Contract.*</c> stands for every room of that prefix.</param>
internal sealed record Room(string Name, string Assembly, IReadOnlyList<string> MayUse)
{
    public bool Allows(string other) =>
        other == Name || MayUse.Any(allowed => allowed == other || (allowed.EndsWith(".*", StringComparison.Ordinal) && other.StartsWith(allowed[..^1], StringComparison.Ordinal)));
}
