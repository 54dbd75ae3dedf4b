using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Files by name; a file added without one is called <c>/0/Test0.cs</c>, <c>/0/Test1.cs</c> and so on.</summary>
public class SourceFileList(string defaultPrefix, string defaultExtension) : List<(string filename, SourceText content)>
{
    public void Add(string content) => Add(($"{defaultPrefix}{Count}.{defaultExtension}", SourceText.From(content)));

    public void Add((string filename, string content) file) => Add((file.filename, SourceText.From(file.content)));
}
