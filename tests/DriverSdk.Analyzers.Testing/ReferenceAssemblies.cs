using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The framework a test source is compiled against: the SDK's own reference pack, nothing is downloaded.</summary>
public sealed class ReferenceAssemblies
{
    private readonly Lazy<ImmutableArray<MetadataReference>> _references;

    private ReferenceAssemblies(string targetFramework)
    {
        TargetFramework = targetFramework;
        _references = new(() => [.. Files().Select(file => MetadataReference.CreateFromFile(file))]);
    }

    public static ReferenceAssemblies Default => Net.Net100;

    public string TargetFramework { get; }

    public Task<ImmutableArray<MetadataReference>> ResolveAsync(string? language, CancellationToken cancellationToken) => Task.FromResult(_references.Value);

    private IEnumerable<string> Files()
    {
        // shared/Microsoft.NETCore.App/<version>/ of the running runtime stands beside packs/.
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        var pack = Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref");
        var folder = Directory.Exists(pack)
            ? Directory.GetDirectories(pack).Select(version => Path.Combine(version, "ref", TargetFramework)).LastOrDefault(Directory.Exists)
            : null;
        return folder is not null
            ? Directory.GetFiles(folder, "*.dll")
            : ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(file) is "netstandard.dll" or "mscorlib.dll");
    }

    public static class Net
    {
        public static ReferenceAssemblies Net100 { get; } = new("net10.0");
    }
}
