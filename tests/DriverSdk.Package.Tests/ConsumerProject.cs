namespace DriverSdk.Package.Tests;

/// <summary>A project as somebody else would have it: its own folder, no Directory.Build file above it, the packages from a feed.</summary>
internal sealed class ConsumerProject
{
    private readonly string _folder;

    public ConsumerProject(string folder, string name, string package, PackedSdk sdk, IEnumerable<string> sources, string packagesFolder)
    {
        _folder = folder;
        Write($"{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{sdk.Version}" />
              </ItemGroup>
            </Project>
            """);
        // The machine's source is inherited; a packages folder of its own keeps the packed versions out of the user's cache.
        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{packagesFolder}" /></config>
              <packageSources><add key="packed" value="{sdk.Feed}" /></packageSources>
            </configuration>
            """);
        foreach (var source in sources)
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Consumers", source), Path.Combine(folder, Path.GetFileName(source)));
    }

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    public string Read(string file) => File.ReadAllText(Path.Combine(_folder, file));

    public RunResult Build(params string[] arguments) =>
        DotnetCommand.Run(_folder, ["build", "--no-incremental", "--nologo", "-v", "q", "-p:UseSharedCompilation=false", .. arguments]);

    public RunResult RunProgram(params string[] arguments) => DotnetCommand.Run(_folder, ["run", "--no-build", "--", .. arguments]);

    public RunResult FormatAnalyzers(params string[] ruleIds) =>
        DotnetCommand.Run(_folder, ["format", "analyzers", "--no-restore", "--severity", "warn", "--diagnostics", .. ruleIds]);
}
