using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.Tests.Architecture;

/// <summary>One C# file of the repository, parsed.</summary>
internal sealed class SourceFile
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> AllSources =
        new(() => [.. Repository.Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(path => new SourceFile(path))]);

    private readonly Lazy<CompilationUnitSyntax> _unit;

    private SourceFile(string path)
    {
        Path = path;
        Text = Repository.Read(path);
        Lines = Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        _unit = new(() => CSharpSyntaxTree.ParseText(Text, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot());
    }

    public static IReadOnlyList<SourceFile> All => AllSources.Value;

    public static IEnumerable<SourceFile> Shipped => All.Where(file => file.IsShipped);

    public string Path { get; }

    public string Text { get; }

    public IReadOnlyList<string> Lines { get; }

    public CompilationUnitSyntax Unit => _unit.Value;

    public bool IsShipped => Path.StartsWith("src/", StringComparison.Ordinal) || Path.StartsWith("analyzers/", StringComparison.Ordinal);

    /// <summary>The project's folder, such as <c>src/DriverSdk.Kernel</c>.</summary>
    public string ProjectFolder => string.Join('/', Path.Split('/').Take(2));

    /// <summary>Folders between the project and the file; empty for a file beside the project.</summary>
    public IReadOnlyList<string> Folders => Path.Split('/')[2..^1];
}
