namespace Microsoft.CodeAnalysis.CSharp.Testing;

internal static class CSharpTestOptions
{
    public static CSharpCompilationOptions Compilation { get; } =
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Disable);

    public static CSharpParseOptions Parse { get; } = new(LanguageVersion.Latest, DocumentationMode.Diagnose);
}
