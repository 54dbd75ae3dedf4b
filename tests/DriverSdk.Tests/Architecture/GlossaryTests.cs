namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class GlossaryTests
{
    private const int MostTerms = 30;

    [TestMethod]
    public void EveryTypeOfTheGlossary_Exists()
    {
        var known = SdkAssemblies.All.SelectMany(assembly => assembly.GetTypes()).Select(type => type.Name.Split('`')[0]).ToHashSet();
        Findings.ShouldBeEmpty(
            from cells in Rows()
            from name in cells[2].Split(',', StringSplitOptions.TrimEntries).Select(name => name.Trim('`').Split('<', '.')[0])
            where !known.Contains(name)
            select $"'{cells[0]}' names the type {name}, which no shipped assembly has",
            $"correct the glossary in {RoomTable.Page}");
    }

    [TestMethod]
    public void TheGlossary_FitsOnAPage()
    {
        Assert.IsTrue(Rows().Count <= MostTerms, $"the glossary has {Rows().Count} terms, at most {MostTerms}: drop the ones that a reader meets last");
        CollectionAssert.AllItemsAreUnique(Rows().Select(cells => cells[0]).ToList(), "a term stands twice in the glossary");
    }

    private static List<string[]> Rows() => [.. MarkdownTable.Rows(Repository.Read(RoomTable.Page), "Term")];
}
