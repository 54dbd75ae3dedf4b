using System.Collections.Immutable;
using System.Reflection;
using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DriverSdk.Analyzers.Tests.Documentation;

/// <summary>Every rule's analyzer, found by reflection so that none is forgotten.</summary>
internal static class AllAnalyzers
{
    public static ImmutableArray<DiagnosticAnalyzer> Instances { get; } =
    [
        .. typeof(DriverSdkAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(DriverSdkAnalyzer).IsAssignableFrom(type))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    public static IReadOnlyList<DiagnosticDescriptor> Descriptors { get; } =
        [.. Instances.SelectMany(analyzer => analyzer.SupportedDiagnostics).OrderBy(descriptor => descriptor.Id)];

    public static IEnumerable<DiagnosticDescriptor> DeclaredDescriptors =>
        typeof(RuleDescriptors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(declared => (DiagnosticDescriptor)declared.GetValue(null)!);

    /// <summary>What the compiler and all analyzers say about sources.</summary>
    public static async Task<ImmutableArray<Diagnostic>> RunAsync(IEnumerable<SyntaxTree> trees, IEnumerable<MetadataReference> references)
    {
        var framework = await Microsoft.CodeAnalysis.Testing.ReferenceAssemblies.Default.ResolveAsync(null, CancellationToken.None);
        var compilation = CSharpCompilation.Create(
            "Sources", trees, [.. framework, .. references], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return await compilation.WithAnalyzers(Instances).GetAllDiagnosticsAsync();
    }
}
