namespace DriverSdk.PlantedDefects;

/// <summary>A mistake that a person could make here, and the test that must notice it.</summary>
/// <param name="Name">Kebab-case, unique; what is wrong, such as <c>leaf-write-bit-ignored</c>.</param>
/// <param name="File">Path below the root, with forward slashes.</param>
/// <param name="OldText">Text that stands exactly once in the file.</param>
/// <param name="NewText">What takes its place; the tree must still build.</param>
/// <param name="TestProject">The test project's folder name below <c>tests/</c>.</param>
/// <param name="Filter">A test filter, as <c>dotnet test --filter</c> takes it, that names the test which must fail.</param>
internal sealed record PlantedDefect(string Name, string File, string OldText, string NewText, string TestProject, string Filter);
