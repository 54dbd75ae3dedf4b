using System.Text.RegularExpressions;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed partial class RegistryHostTests
{
    private static readonly string[] Texts = [".cs", ".csproj", ".props", ".targets", ".config", ".json", ".yml", ".md", ".sln", ".slnf", ".editorconfig", ""];

    [TestMethod]
    public void NoFile_NamesAPackageRegistrysHost()
    {
        Findings.ShouldBeEmpty(
            from path in Repository.Files
            where Texts.Contains(Path.GetExtension(path)) && Path.GetFileName(path) != ".git"
            from Match match in RegistryHost().Matches(Repository.Read(path))
            select $"{path}: {match.Value}",
            "inherit the machine's package source: delete the host (a clone behind a mirror must restore without an edit)");
    }

    // The brackets keep this line from finding itself.
    [GeneratedRegex(@"[\w.-]*\b(nuget[.]org|npmjs[.](com|org)|pypi[.]org|pkgs[.]dev[.]azure[.]com|pkgs[.]visualstudio[.]com|nuget[.]pkg[.]github[.]com|crates[.]io|myget[.]org)\b|https?://[\w.:-]*/[^\s""]*v3/index[.]json", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();
}
